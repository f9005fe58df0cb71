/** What the service manager that started the daemon is told: systemd's notifications and watchdog. */
package io.sallyport.daemon.service;
