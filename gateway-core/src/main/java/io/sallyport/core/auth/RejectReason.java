package io.sallyport.core.auth;

/** Why somebody was refused; {@link #clientText} is what the client may be told. */
public enum RejectReason {
    /** Unknown user or wrong password: never told apart. */
    BAD_CREDENTIALS("user name or password is wrong", false),
    /** What stood for the password counts no more: the user has to be asked again. No guess, so it is not counted as one. */
    TOKEN_EXPIRED("the login has expired, log in again", false),
    PASSWORD_EXPIRED("the password has expired", false),
    ACCOUNT_DISABLED("the account is disabled", false),
    CREDENTIALS_MISSING("this gateway requires other credentials", false),
    CERTIFICATE_MISSING("a client certificate is required", false),
    CERTIFICATE_UNKNOWN_CA("the client certificate is not from a trusted authority", false),
    CERTIFICATE_EXPIRED("the client certificate has expired", false),
    CERTIFICATE_NOT_YET_VALID("the client certificate is not yet valid", false),
    CERTIFICATE_REVOKED("the client certificate has been revoked", false),
    CERTIFICATE_UNSUITABLE("the client certificate does not allow client authentication", false),
    METHOD_UNSUPPORTED("this way of authentication is not enabled", false),
    /** The one who decides did not answer: trying again later may help. */
    UNAVAILABLE("authentication is unavailable, try again later", true),
    TOO_BUSY("the gateway is busy, try again later", true);

    private final String clientText;
    private final boolean temporary;

    RejectReason(String clientText, boolean temporary) {
        this.clientText = clientText;
        this.temporary = temporary;
    }

    public String clientText() {
        return clientText;
    }

    /** Whether the client should try again by itself. */
    public boolean temporary() {
        return temporary;
    }
}
