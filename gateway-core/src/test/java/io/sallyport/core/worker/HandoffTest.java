package io.sallyport.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandoffTest {
    private final Workers workers = Workers.start(2);
    private final Worker from = workers.get(0);
    private final Worker to = workers.get(1);
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void stop() {
        held.countDown();
        workers.close();
    }

    /** Notes what arrives, on the worker that it belongs to. */
    private class Notes implements HandoffReceiver {
        final List<Integer> numbers = new ArrayList<>();
        final List<@Nullable Object> origins = new ArrayList<>();
        final AtomicInteger flushes = new AtomicInteger();
        final AtomicInteger accepted = new AtomicInteger();

        @Override
        public void acceptHandoff(ByteBuf packet, @Nullable Object origin) {
            assertThat(to.inWorker()).isTrue();
            numbers.add(packet.readInt());
            packet.release();
            origins.add(origin);
            accepted.incrementAndGet();
        }

        @Override
        public void flushHandoff() {
            flushes.incrementAndGet();
        }
    }

    /** Throws at every packet and every flush, after it has released the packet. */
    private final class Buggy extends Notes {
        @Override
        public void acceptHandoff(ByteBuf packet, @Nullable Object origin) {
            super.acceptHandoff(packet, origin);
            throw new IllegalStateException("a bug, thrown by the test");
        }

        @Override
        public void flushHandoff() {
            super.flushHandoff();
            throw new IllegalStateException("another bug, thrown by the test");
        }
    }

    private static ByteBuf number(int number) {
        return Unpooled.directBuffer(4).writeInt(number);
    }

    private static <T> T on(Worker worker, java.util.function.Supplier<T> task) throws Exception {
        return CompletableFuture.supplyAsync(task, worker).get(10, TimeUnit.SECONDS);
    }

    private static void run(Worker worker, Runnable task) throws Exception {
        CompletableFuture.runAsync(task, worker).get(10, TimeUnit.SECONDS);
    }

    /** Keeps the consumer busy until {@code held} opens, so that a batch can gather. */
    private void hold() {
        to.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void keepsOrderAndOriginOfEveryPacket() throws Exception {
        Notes notes = new Notes();
        int packets = 20_000;
        for (int next = 0; next < packets; next += 500) {
            int first = next;
            run(from, () -> {
                for (int i = first; i < first + 500; i++) {
                    assertThat(from.handOver(to, notes, number(i), i % 2 == 0 ? null : "origin"))
                            .isTrue();
                }
            });
            await().pollInterval(java.time.Duration.ofMillis(1)).until(() -> notes.accepted.get() == first + 500);
        }
        List<Integer> numbers = on(to, () -> List.copyOf(notes.numbers));
        assertThat(numbers).hasSize(packets).isSorted().doesNotHaveDuplicates();
        assertThat(notes.origins.get(0)).isNull();
        assertThat(notes.origins.get(1)).isEqualTo("origin");
    }

    @Test
    void refusesWhatDoesNotFitAndReleasesAndCountsIt() throws Exception {
        Notes notes = new Notes();
        hold();
        List<ByteBuf> packets = new ArrayList<>();
        int taken = on(from, () -> {
            int count = 0;
            for (int i = 0; i < 5000; i++) {
                ByteBuf packet = number(i);
                packets.add(packet);
                count += from.handOver(to, notes, packet, null) ? 1 : 0;
            }
            return count;
        });
        assertThat(taken).isEqualTo(HandoffQueue.CAPACITY);
        assertThat(from.verdicts().get(Verdict.HANDOFF_FULL)).isEqualTo(5000 - HandoffQueue.CAPACITY);
        held.countDown();
        await().until(() -> notes.accepted.get() == HandoffQueue.CAPACITY);
        assertThat(packets).allMatch(packet -> packet.refCnt() == 0);
    }

    /** What strangers send may not keep the network's packets for clients out. */
    @Test
    void datagramsTakeHalfOfTheRoomAtMost() throws Exception {
        Notes notes = new Notes();
        hold();
        int half = HandoffQueue.CAPACITY / 2;
        assertThat(handOver(notes, 5000, "path")).isEqualTo(half);
        assertThat(from.verdicts().get(Verdict.HANDOFF_FULL)).isEqualTo(5000 - half);
        assertThat(handOver(notes, 5000, null)).isEqualTo(half);
        held.countDown();
        await().until(() -> notes.accepted.get() == HandoffQueue.CAPACITY);
        assertThat(handOver(notes, 100, "path")).as("there is room again").isEqualTo(100);
    }

    private int handOver(HandoffReceiver receiver, int packets, @Nullable Object origin) throws Exception {
        return on(from, () -> {
            int taken = 0;
            for (int i = 0; i < packets; i++) {
                taken += from.handOver(to, receiver, number(i), origin) ? 1 : 0;
            }
            return taken;
        });
    }

    @Test
    void flushesEachReceiverOnceABatch() throws Exception {
        Notes one = new Notes();
        Notes two = new Notes();
        hold();
        run(from, () -> {
            for (int i = 0; i < 100; i++) {
                from.handOver(to, i % 2 == 0 ? one : two, number(i), null);
            }
        });
        held.countDown();
        await().until(() -> one.flushes.get() > 0 && two.flushes.get() > 0);
        run(to, () -> {});
        assertThat(one.accepted).hasValue(50);
        assertThat(two.accepted).hasValue(50);
        assertThat(one.flushes).hasValue(1);
        assertThat(two.flushes).hasValue(1);
    }

    @Test
    void receiverThatThrowsIsCountedAndTheOthersGetTheirPackets() throws Exception {
        Notes good = new Notes();
        Buggy bad = new Buggy();
        hold();
        List<ByteBuf> packets = new ArrayList<>();
        run(from, () -> {
            for (int i = 0; i < 1000; i++) {
                packets.add(number(i));
                from.handOver(to, i % 2 == 0 ? bad : good, packets.get(i), null);
            }
        });
        held.countDown();
        await().until(() -> good.accepted.get() == 500 && bad.accepted.get() == 500);
        run(to, () -> {});
        assertThat(packets).allMatch(packet -> packet.refCnt() == 0);
        assertThat(good.flushes.get()).isBetween(1, 4);
        assertThat(to.verdicts().get(Verdict.INTERNAL_ERROR)).isEqualTo(500 + bad.flushes.get());
    }

    @Test
    void endedWorkersReleaseWhatWasHandedOver() throws Exception {
        Notes notes = new Notes();
        ByteBuf late = number(1);
        workers.close();
        // what a producer does whose consumer has ended
        HandoffQueue queue = new HandoffQueue(to);
        assertThat(queue.offer(notes, late, null)).isTrue();
        queue.discard();
        assertThat(late.refCnt()).isZero();
        assertThat(notes.accepted).hasValue(0);
    }
}
