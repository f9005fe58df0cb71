package io.sallyport.openvpn.wire;

/**
 * tls-crypt-v2 keys made by {@code openvpn --genkey} of 2.6.14, for these tests, and what its client sends under them.
 */
public final class V2Samples {
    public static final String SERVER_KEY = """
            -----BEGIN OpenVPN tls-crypt-v2 server key-----
            XsXjt2V3MTZgZUu6s7nIMvUVZCHa/tFY2rYqdJURUhNbsE28fDX1Hy1bZGXxOuOA
            W3G4iF+S/K4fryMqe3mbI9spiZfP7kDSyleJotloJwFgwZypL2nC/plri2JfbpIl
            ULiq2ttNWOZcD2Ff7YXnSjocE6drQ66Ujpk6j2a11kI=
            -----END OpenVPN tls-crypt-v2 server key-----
            """;

    /** Its metadata is the time. */
    public static final String CLIENT_KEY = """
            -----BEGIN OpenVPN tls-crypt-v2 client key-----
            SQ3NWfSJ+BMY5xfK+aTxbHPFdrELhEPcPSJA/6rJ0ko/pkJ3O/i97yXVBBqvqn9j
            hjca2g+FxGfnJE27dtk/NNgcY1fdY0hJtQL4LfihscvxGwaKGg50ZcEqFQHPz4u8
            YE1fRQq9nMiXE9aCPGsWPDD2COBXSVCM5UuEZcS2moUr57xll0yeZNhXcnTzRV+a
            b9CXtk60gMqv31O0Ka/Pl+UhQ2+FIzK1ebMaz6ZbZ9y3bGoX6ZQDERo7U6a5rccH
            jD10JEpZGKybu9jeZ1uLchjWbZcs5WkcuipYEkaiXNA+1jkFtH/l3Hw8iN5GMnQJ
            HOmiPm/hGCIfUnFxkCI29+mB/1S87p9zK4gDfxN6zxJvp7dKcKNrM923of9I86if
            HMepFx5vdP+TO0oD9oRufdpfb1/xi51D2OtIwOvFjDuoGPQM1L3GH6CtxOQQwk5s
            4Zz20/Ln7/HiKEq73qCene08E2zV0Pgf6465puHtvsdYC891sHhyFxf9qSfNueqC
            mz9VHWdDNtPkaO0Ik+LdNA6q1l6OHgYCAToqK0RZUi0Fl+MkMFO108s+xPB2KlgP
            50q7AIFMAk53AWdJds6x47J51UUI4ZQ0vTQAeYhEKT63RmBXUUoCZMDFPWtZX8Ok
            fCvKPlmZSLlTiu4HsBBoKHEBeeTwMQqp9e/ntIpqjyDAvBYl1GmrVYwpDu/sf+Mg
            Zm5KBXYj9qj1OHDODYN3FhAM7J/izypffAEr
            -----END OpenVPN tls-crypt-v2 client key-----
            """;

    /** Its metadata is {@code alice}. */
    public static final String USERS_CLIENT_KEY = """
            -----BEGIN OpenVPN tls-crypt-v2 client key-----
            ef0IEXUIYxm+GzqrJhVuJ7czqouWc2YirL/Ku0RuxGqoF9iQbikzTNyb9b8owwq3
            vRa8I02gLfIUUc4z9MWaFyKlJgd9hhJjIXTiY7gZV1uKh/+CYsqXZSPngas9irTv
            /40SEnFm93fE6HX2r6u2oxbEFYtEp8nEE9R8W35H+ci3CaUZFq4rf4A1/bY99slU
            eUTEkTqVKIlnH0WWk4X18Z4gQatGaniVL0tMlIRuirONJ/pMRmvwwfC4ZiHODCll
            C8p0IQYGGyGiD15mdkuimwJAKwNwSi3qi+wQ2hQ9HJYjndjJN6tL5r33Bh4Zym7Q
            MpZRxFTLgQHRH1zf7OWngxu5Q6cl+R6e5MJ9cOYkKAaFaK6kMLa6toZwGOemwOT3
            ggjtMv4eqtwCVMPkwk+vF/LJT7eUWp1XlI/YaQFni8bDOf/82tiRz3jo26mgf+h0
            5EjM1IgcLLkLwb0KA2Ywn6fZE0wBioTAN0T1ngEPJov4XW6ejK+LO0D3GDTcnrbH
            02Xlzfyv7hdUP5Yj07JzL3fso+vMP8IccCeK/gz5rP9aDgDe7k1zoH/xa4QwT8/V
            ys4gbDv9wfV7/vWS1Og0m34bKBPtY737Svbq6odtcJJ/EMXhAfhlVSMr+RnCyuxh
            ms8ExhyLyvi77aZCyRF8Wb24OCAaJedgTwyTlKPT3tc85y/sZD9YjpwotZEAvgiP
            VDqfX6dI/upGiRa+Q1ZU5PAiMVyrwQEo
            -----END OpenVPN tls-crypt-v2 client key-----
            """;

    /** The first packet of openvpn 2.6.14 with {@link #CLIENT_KEY}, captured. */
    public static final String FIRST_PACKET =
            "50ad9b4f0717ec37d50f0000016b038ae063aac9ce7ec79ba631fb75d070d1ba134a6e06baf97969487b54c6b8c434add47f"
                    + "26181e99e981ff54bcee9f732b88037f137acf126fa7b74a70a36b33ddb7a1ff48f3a89f1cc7a9171e6f74ff933b4a03f684"
                    + "6e7dda5f6f5ff18b9d43d8eb48c0ebc58c3ba818f40cd4bdc61fa0adc4e410c24e6ce19cf6d3f2e7eff1e2284abbdea09e9d"
                    + "ed3c136cd5d0f81feb8eb9a6e1edbec7580bcf75b078721717fda927cdb9ea829b3f551d674336d3e468ed0893e2dd340eaa"
                    + "d65e8e1e0602013a2a2b4459522d0597e3243053b5d3cb3ec4f0762a580fe74abb00814c024e7701674976ceb1e3b279d545"
                    + "08e19434bd3400798844293eb7466057514a0264c0c53d6b595fc3a47c2bca3e599948b9538aee07b0106828710179e4f031"
                    + "0aa9f5efe7b48a6a8f20c0bc1625d469ab558c290eefec7fe320666e4a057623f6a8f53870ce0d837716100cec9fe2cf2a5f"
                    + "7c012b";

    private V2Samples() {}
}
