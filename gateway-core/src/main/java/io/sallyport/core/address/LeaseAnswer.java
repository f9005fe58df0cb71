package io.sallyport.core.address;

import java.net.InetAddress;

/** What became of a {@link LeaseRequest}. */
public sealed interface LeaseAnswer {
    /** The lease; who takes it gives it back with {@link AddressPools#release}, which knows it by its object identity. */
    record Leased(Lease lease) implements LeaseAnswer {}

    /** Nothing was leased. */
    sealed interface Refused extends LeaseAnswer {
        /** One sentence for the log. */
        String detail();

        /** Whether trying again later may help. */
        boolean temporary();
    }

    /** All of the pool's addresses are in use. */
    record Exhausted(Pool pool, long inUse) implements Refused {
        @Override
        public String detail() {
            return "pool " + pool + " is exhausted: all " + inUse + " addresses are in use";
        }

        @Override
        public boolean temporary() {
            return true;
        }
    }

    /** The fixed address is somebody's now. */
    record Taken(InetAddress address, String user) implements Refused {
        @Override
        public String detail() {
            return "fixed address " + address.getHostAddress() + " is in use by " + user;
        }

        @Override
        public boolean temporary() {
            return true;
        }
    }

    /** The fixed address can be nobody's. */
    record Unsuitable(InetAddress address) implements Refused {
        @Override
        public String detail() {
            return "fixed address " + address.getHostAddress() + " cannot be given to a client";
        }

        @Override
        public boolean temporary() {
            return false;
        }
    }

    record UnknownPool(String name) implements Refused {
        @Override
        public String detail() {
            return "there is no address pool named " + name;
        }

        @Override
        public boolean temporary() {
            return false;
        }
    }

    /** There is no pool at all, and no fixed address. */
    record NoPool() implements Refused {
        @Override
        public String detail() {
            return "no address pool is configured for this client";
        }

        @Override
        public boolean temporary() {
            return false;
        }
    }
}
