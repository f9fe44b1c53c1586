/* What the files of this program share. It drives libsignal-protocol-c 2.3.3 as somebody else's OMEMO, in legacy's version.
 *
 * The library is under the GPL: this program is for tests alone, is built where they run, and no part of it ships. */

#ifndef ORACLE_H
#define ORACLE_H

#include <signal/signal_protocol.h>
#include <stdint.h>

/* How many one-time prekeys a device has; their ids begin at 1. */
#define PREKEYS 100
#define SIGNED_PREKEY_ID 1

/* One device, and its session with one other. What it keeps, it keeps as bytes, so that every step begins by reading them. */
struct device {
    signal_context *library;
    signal_protocol_store_context *store;
    signal_buffer *identity_public, *identity_private;
    signal_buffer *prekeys[PREKEYS + 1];
    signal_buffer *signed_prekey;
    signal_buffer *session;
    /* How many sessions it has begun: each takes another prekey of a bundle. */
    unsigned begun;
};

/* What a device publishes, as it stands on the wire. The prekey is NULL where there is none. */
struct bundle {
    signal_buffer *identity, *signed_prekey, *signature, *prekey;
    uint32_t signed_prekey_id, prekey_id;
};

/* crypto.c: the ciphers that the library asks for, by OpenSSL. */
extern const signal_crypto_provider crypto;

/* store.c: what the library asks a device for. */
int store_create(struct device *device);

/* device.c. All answer 0, or an error of the library's. */
int device_create(struct device *device);
void device_destroy(struct device *device);
/* Makes all one-time prekeys anew. */
int device_make_prekeys(struct device *device);
/* The bundle with the prekey of this id; without one if it was used. */
int device_bundle(struct device *device, uint32_t prekey_id, struct bundle *bundle);
void bundle_free(struct bundle *bundle);
int device_begin(struct device *device, const struct bundle *bundle);
int device_encrypt(struct device *device, const signal_buffer *plaintext, signal_buffer **message, int *key_exchange);
int device_decrypt(struct device *device, const signal_buffer *message, int key_exchange, signal_buffer **plaintext);

/* measure.c: nanoseconds that so many of these took, or an error. */
int64_t measure(const char *what, int count);

#endif
