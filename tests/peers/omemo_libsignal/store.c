/* What a device keeps, in memory and as bytes: its session, its prekeys, its identity. It trusts everybody. */

#include "oracle.h"
#include <string.h>

static int copied(signal_buffer **to, const signal_buffer *from) {
    *to = signal_buffer_copy(from);
    return *to ? 0 : SG_ERR_NOMEM;
}

static void replace(signal_buffer **kept, signal_buffer *now) {
    signal_buffer_bzero_free(*kept);
    *kept = now;
}

static int load_session(signal_buffer **record, signal_buffer **more, const signal_protocol_address *address, void *user) {
    (void)more, (void)address;
    struct device *device = user;
    return device->session ? (copied(record, device->session) == 0 ? 1 : SG_ERR_NOMEM) : 0;
}

static int store_session(const signal_protocol_address *address, uint8_t *record, size_t length, uint8_t *more,
                         size_t more_length, void *user) {
    (void)address, (void)more, (void)more_length;
    struct device *device = user;
    replace(&device->session, signal_buffer_create(record, length));
    return device->session ? 0 : SG_ERR_NOMEM;
}

static int contains_session(const signal_protocol_address *address, void *user) {
    (void)address;
    return ((struct device *)user)->session != NULL;
}

static int contains_prekey(uint32_t id, void *user) {
    return id > 0 && id <= PREKEYS && ((struct device *)user)->prekeys[id] != NULL;
}

static int load_prekey(signal_buffer **record, uint32_t id, void *user) {
    return contains_prekey(id, user) ? copied(record, ((struct device *)user)->prekeys[id]) : SG_ERR_INVALID_KEY_ID;
}

static int store_prekey(uint32_t id, uint8_t *record, size_t length, void *user) {
    if (id == 0 || id > PREKEYS) {
        return SG_ERR_INVALID_KEY_ID;
    }
    replace(&((struct device *)user)->prekeys[id], signal_buffer_create(record, length));
    return 0;
}

static int remove_prekey(uint32_t id, void *user) {
    if (contains_prekey(id, user)) {
        replace(&((struct device *)user)->prekeys[id], NULL);
    }
    return 0;
}

static int contains_signed(uint32_t id, void *user) {
    return id == SIGNED_PREKEY_ID && ((struct device *)user)->signed_prekey != NULL;
}

static int load_signed(signal_buffer **record, uint32_t id, void *user) {
    return contains_signed(id, user) ? copied(record, ((struct device *)user)->signed_prekey) : SG_ERR_INVALID_KEY_ID;
}

static int store_signed(uint32_t id, uint8_t *record, size_t length, void *user) {
    (void)id;
    replace(&((struct device *)user)->signed_prekey, signal_buffer_create(record, length));
    return 0;
}

static int load_identity(signal_buffer **public_half, signal_buffer **private_half, void *user) {
    struct device *device = user;
    return copied(public_half, device->identity_public) || copied(private_half, device->identity_private);
}

static int registration_id(void *user, uint32_t *id) {
    (void)user;
    *id = 1;
    return 0;
}

static int save_identity(const signal_protocol_address *address, uint8_t *key, size_t length, void *user) {
    (void)address, (void)key, (void)length, (void)user;
    return 0;
}

static int is_trusted(const signal_protocol_address *address, uint8_t *key, size_t length, void *user) {
    (void)address, (void)key, (void)length, (void)user;
    return 1;
}

int store_create(struct device *device) {
    signal_protocol_session_store sessions = {
        .load_session_func = load_session,
        .store_session_func = store_session,
        .contains_session_func = contains_session,
        .user_data = device,
    };
    signal_protocol_pre_key_store prekeys = {load_prekey, store_prekey, contains_prekey, remove_prekey, NULL, device};
    signal_protocol_signed_pre_key_store signed_prekeys = {load_signed, store_signed, contains_signed, NULL, NULL, device};
    signal_protocol_identity_key_store identity = {load_identity, registration_id, save_identity, is_trusted, NULL, device};
    int result = signal_protocol_store_context_create(&device->store, device->library);
    if (result == 0) {
        signal_protocol_store_context_set_session_store(device->store, &sessions);
        signal_protocol_store_context_set_pre_key_store(device->store, &prekeys);
        signal_protocol_store_context_set_signed_pre_key_store(device->store, &signed_prekeys);
        signal_protocol_store_context_set_identity_key_store(device->store, &identity);
    }
    return result;
}
