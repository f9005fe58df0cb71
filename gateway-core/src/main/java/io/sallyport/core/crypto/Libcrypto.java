package io.sallyport.core.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of OpenSSL's libcrypto that packets need. Pointers are {@code long}, which costs no object. All calls are pure
 * computation of at most a few tens of microseconds, so they are "critical": the thread does not leave the Java state for them.
 * Touch this class only through {@link OpenSslPacketCiphers#load}, which asks first whether the library is there.
 */
@SuppressWarnings("restricted") // java.lang.foreign's linker is the purpose of this class
final class Libcrypto {
    static final String LIBRARY = "libcrypto.so.3";
    static final int CTRL_GET_TAG = 0x10;
    static final int CTRL_SET_TAG = 0x11;
    /** OPENSSL_INIT_NO_ATEXIT: threads may still seal packets while the process exits. */
    static final long INIT_NO_ATEXIT = 0x00080000L;

    private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    private static final MethodHandle INIT =
            bind("OPENSSL_init_crypto", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle AES_128_GCM = bind("EVP_aes_128_gcm", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle AES_256_GCM = bind("EVP_aes_256_gcm", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle CHACHA20_POLY1305 =
            bind("EVP_chacha20_poly1305", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle NEW = bind("EVP_CIPHER_CTX_new", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle FREE = bind("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle CTRL =
            bind("EVP_CIPHER_CTX_ctrl", ints(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CIPHER_INIT =
            bind("EVP_CipherInit_ex", ints(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle UPDATE =
            bind("EVP_CipherUpdate", ints(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FINAL = bind("EVP_CipherFinal_ex", ints(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLEANSE =
            bind("OPENSSL_cleanse", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));

    private Libcrypto() {}

    private static FunctionDescriptor ints(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(SYMBOLS.findOrThrow(name), descriptor, Linker.Option.critical(false));
    }

    static boolean init() {
        try {
            return (int) INIT.invokeExact(INIT_NO_ATEXIT, 0L) == 1;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static long algorithm(Aead aead) {
        try {
            return switch (aead) {
                case AES_128_GCM -> (long) AES_128_GCM.invokeExact();
                case AES_256_GCM -> (long) AES_256_GCM.invokeExact();
                case CHACHA20_POLY1305 -> (long) CHACHA20_POLY1305.invokeExact();
            };
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static long newContext() {
        try {
            return (long) NEW.invokeExact();
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Wipes and frees. */
    static void free(long context) {
        try {
            FREE.invokeExact(context);
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static boolean ctrl(long context, int what, int argument, long pointer) {
        try {
            return (int) CTRL.invokeExact(context, what, argument, pointer) == 1;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static boolean init(long context, long algorithm, long key, long nonce, int encrypt) {
        try {
            return (int) CIPHER_INIT.invokeExact(context, algorithm, 0L, key, nonce, encrypt) == 1;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static boolean update(long context, long to, long written, long from, int length) {
        try {
            return (int) UPDATE.invokeExact(context, to, written, from, length) == 1;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static boolean finish(long context, long to, long written) {
        try {
            return (int) FINAL.invokeExact(context, to, written) == 1;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    static void cleanse(long address, long length) {
        try {
            CLEANSE.invokeExact(address, length);
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    private static IllegalStateException broken(Throwable cause) {
        return new IllegalStateException("a call into " + LIBRARY + " failed", cause);
    }
}
