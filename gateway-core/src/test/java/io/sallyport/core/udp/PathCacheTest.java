package io.sallyport.core.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PathCacheTest {
    private static final UdpPath PATH =
            new UdpPath(new InetSocketAddress("192.0.2.1", 1), new InetSocketAddress("192.0.2.2", 2));

    @Test
    void findsOnlyTheSameAddresses() {
        PathCache cache = new PathCache();
        cache.remember(1, 2, 3, 4, 5, PATH);

        assertThat(cache.find(1, 2, 3, 4, 5)).isSameAs(PATH);
        assertThat(cache.find(9, 2, 3, 4, 5)).isNull();
        assertThat(cache.find(1, 9, 3, 4, 5)).isNull();
        assertThat(cache.find(1, 2, 9, 4, 5)).isNull();
        assertThat(cache.find(1, 2, 3, 9, 5)).isNull();
        assertThat(cache.find(1, 2, 3, 4, 9)).isNull();
    }

    @Test
    void findsNothingInAnEmptyCacheEvenWhereAllOctetsAreZero() {
        assertThat(new PathCache().find(0, 0, 0, 0, 0)).isNull();
    }

    @Test
    void floodOfSourcesSeenOnceDoesNotDisplaceAPeerThatGoesOn() {
        PathCache cache = new PathCache();
        for (int i = 0; i < 100_000; i++) {
            cache.remember(0, 1_000_000 + i, 7, 0, 1, PATH);
        }
        UdpPath steady = new UdpPath(new InetSocketAddress("192.0.2.9", 9), PATH.local());
        cache.remember(0, 42, 7, 0, 1, steady);
        assertThat(cache.find(0, 42, 7, 0, 1)).isSameAs(steady);
        for (int i = 0; i < 1_000_000; i++) {
            cache.remember(0, 10_000_000 + i, 7, 0, 1, PATH);
        }

        assertThat(cache.find(0, 42, 7, 0, 1)).isSameAs(steady);
    }
}
