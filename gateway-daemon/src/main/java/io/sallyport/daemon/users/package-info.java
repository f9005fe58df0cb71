/** Local users: their file and how a password is kept in it. */
package io.sallyport.daemon.users;
