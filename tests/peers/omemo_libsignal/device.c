/* A device: its keys, and what it does with its session. A cipher is made for each step and reads the session's bytes. */

#include "oracle.h"
#include <signal/key_helper.h>
#include <signal/protocol.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <string.h>

static const signal_protocol_address other = {"other@example.org", 17, 2};

int device_make_prekeys(struct device *device) {
    signal_protocol_key_helper_pre_key_list_node *list = NULL;
    int result = signal_protocol_key_helper_generate_pre_keys(&list, 1, PREKEYS, device->library);
    for (signal_protocol_key_helper_pre_key_list_node *node = list; result == 0 && node;
         node = signal_protocol_key_helper_key_list_next(node)) {
        result = signal_protocol_pre_key_store_key(device->store, signal_protocol_key_helper_key_list_element(node));
    }
    signal_protocol_key_helper_key_list_free(list);
    return result;
}

int device_create(struct device *device) {
    memset(device, 0, sizeof *device);
    ratchet_identity_key_pair *identity = NULL;
    session_signed_pre_key *signed_prekey = NULL;
    int result;
    (void)((result = signal_context_create(&device->library, device)) ||
           (result = signal_context_set_crypto_provider(device->library, &crypto)) || (result = store_create(device)) ||
           (result = signal_protocol_key_helper_generate_identity_key_pair(&identity, device->library)) ||
           (result = ec_public_key_serialize(&device->identity_public, ratchet_identity_key_pair_get_public(identity))) ||
           (result = ec_private_key_serialize(&device->identity_private, ratchet_identity_key_pair_get_private(identity))) ||
           (result = signal_protocol_key_helper_generate_signed_pre_key(&signed_prekey, identity, SIGNED_PREKEY_ID, 0,
                                                                        device->library)) ||
           (result = signal_protocol_signed_pre_key_store_key(device->store, signed_prekey)) ||
           (result = device_make_prekeys(device)));
    SIGNAL_UNREF(signed_prekey);
    SIGNAL_UNREF(identity);
    return result;
}

void device_destroy(struct device *device) {
    signal_protocol_store_context_destroy(device->store);
    signal_context_destroy(device->library);
    for (uint32_t id = 0; id <= PREKEYS; id++) {
        signal_buffer_bzero_free(device->prekeys[id]);
    }
    signal_buffer_bzero_free(device->signed_prekey);
    signal_buffer_bzero_free(device->session);
    signal_buffer_bzero_free(device->identity_private);
    signal_buffer_free(device->identity_public);
}

int device_bundle(struct device *device, uint32_t prekey_id, struct bundle *bundle) {
    memset(bundle, 0, sizeof *bundle);
    session_signed_pre_key *signed_prekey = NULL;
    session_pre_key *prekey = NULL;
    int result = signal_protocol_signed_pre_key_load_key(device->store, &signed_prekey, SIGNED_PREKEY_ID);
    if (result == 0) {
        bundle->signed_prekey_id = SIGNED_PREKEY_ID;
        bundle->identity = signal_buffer_copy(device->identity_public);
        bundle->signature = signal_buffer_create(session_signed_pre_key_get_signature(signed_prekey),
                                                 session_signed_pre_key_get_signature_len(signed_prekey));
        ec_key_pair *pair = session_signed_pre_key_get_key_pair(signed_prekey);
        result = ec_public_key_serialize(&bundle->signed_prekey, ec_key_pair_get_public(pair));
    }
    if (result == 0 && signal_protocol_pre_key_contains_key(device->store, prekey_id)) {
        bundle->prekey_id = prekey_id;
        result = signal_protocol_pre_key_load_key(device->store, &prekey, prekey_id);
        if (result == 0) {
            ec_key_pair *pair = session_pre_key_get_key_pair(prekey);
            result = ec_public_key_serialize(&bundle->prekey, ec_key_pair_get_public(pair));
        }
    }
    SIGNAL_UNREF(prekey);
    SIGNAL_UNREF(signed_prekey);
    return result;
}

void bundle_free(struct bundle *bundle) {
    signal_buffer_free(bundle->identity);
    signal_buffer_free(bundle->signed_prekey);
    signal_buffer_free(bundle->signature);
    signal_buffer_free(bundle->prekey);
}

static int point(struct device *device, ec_public_key **key, const signal_buffer *wire) {
    return curve_decode_point(key, signal_buffer_const_data(wire), signal_buffer_len(wire), device->library);
}

int device_begin(struct device *device, const struct bundle *bundle) {
    ec_public_key *identity = NULL, *signed_prekey = NULL, *prekey = NULL;
    session_pre_key_bundle *read = NULL;
    session_builder *builder = NULL;
    int result;
    (void)((result = point(device, &identity, bundle->identity)) ||
           (result = point(device, &signed_prekey, bundle->signed_prekey)) ||
           (result = bundle->prekey ? point(device, &prekey, bundle->prekey) : 0) ||
           (result = session_pre_key_bundle_create(&read, 1, other.device_id, bundle->prekey_id, prekey,
                                                   bundle->signed_prekey_id, signed_prekey,
                                                   signal_buffer_const_data(bundle->signature),
                                                   signal_buffer_len(bundle->signature), identity)) ||
           (result = session_builder_create(&builder, device->store, &other, device->library)) ||
           (result = session_builder_process_pre_key_bundle(builder, read)));
    session_builder_free(builder);
    SIGNAL_UNREF(read);
    SIGNAL_UNREF(prekey);
    SIGNAL_UNREF(signed_prekey);
    SIGNAL_UNREF(identity);
    return result;
}

int device_encrypt(struct device *device, const signal_buffer *plaintext, signal_buffer **message, int *key_exchange) {
    session_cipher *cipher = NULL;
    ciphertext_message *encrypted = NULL;
    int result = session_cipher_create(&cipher, device->store, &other, device->library);
    if (result == 0) {
        result = session_cipher_encrypt(cipher, signal_buffer_const_data(plaintext), signal_buffer_len(plaintext), &encrypted);
    }
    if (result == 0) {
        *message = signal_buffer_copy(ciphertext_message_get_serialized(encrypted));
        *key_exchange = ciphertext_message_get_type(encrypted) == CIPHERTEXT_PREKEY_TYPE;
    }
    SIGNAL_UNREF(encrypted);
    session_cipher_free(cipher);
    return result;
}

int device_decrypt(struct device *device, const signal_buffer *message, int key_exchange, signal_buffer **plaintext) {
    session_cipher *cipher = NULL;
    pre_key_signal_message *exchange = NULL;
    signal_message *plain = NULL;
    const uint8_t *bytes = signal_buffer_const_data(message);
    size_t length = signal_buffer_len(message);
    int result = session_cipher_create(&cipher, device->store, &other, device->library);
    if (result == 0 && key_exchange) {
        (void)((result = pre_key_signal_message_deserialize(&exchange, bytes, length, device->library)) ||
               (result = session_cipher_decrypt_pre_key_signal_message(cipher, exchange, NULL, plaintext)));
    } else if (result == 0) {
        (void)((result = signal_message_deserialize(&plain, bytes, length, device->library)) ||
               (result = session_cipher_decrypt_signal_message(cipher, plain, NULL, plaintext)));
    }
    SIGNAL_UNREF(plain);
    SIGNAL_UNREF(exchange);
    session_cipher_free(cipher);
    return result;
}
