/** JMH benchmarks of what happens to every packet ({@code benchmarks/jmh.sh}); the load harness, on the protocols' synthetic clients, is to come. */
package io.sallyport.benchmarks;
