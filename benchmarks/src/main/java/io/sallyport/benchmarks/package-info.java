/** JMH benchmarks and the load harness, on the protocols' synthetic clients. Not built yet. */
package io.sallyport.benchmarks;
