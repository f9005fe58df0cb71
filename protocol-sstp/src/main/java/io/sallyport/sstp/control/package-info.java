/** The call's state machines, MS-SSTP §3, without I/O: time, random octets and what happens below and above are arguments. */
package io.sallyport.sstp.control;
