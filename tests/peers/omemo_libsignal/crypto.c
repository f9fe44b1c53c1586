/* The ciphers that libsignal-protocol-c asks for, by OpenSSL. The hashes are its low-level ones, because what is measured
 * beside ours should lose no time in OpenSSL 3's look-ups. */

#define OPENSSL_SUPPRESS_DEPRECATED

#include "oracle.h"
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

/* HMAC (RFC 2104): the inner hash so far, and the outer one that will take its result. */
struct hmac {
    SHA256_CTX inner, outer;
};

static int random_bytes(uint8_t *data, size_t length, void *user) {
    (void)user;
    return RAND_bytes(data, (int)length) == 1 ? 0 : SG_ERR_UNKNOWN;
}

static int hmac_init(void **context, const uint8_t *key, size_t length, void *user) {
    (void)user;
    uint8_t block[SHA256_CBLOCK] = {0}, pad[SHA256_CBLOCK];
    struct hmac *hmac = malloc(sizeof *hmac);
    if (!hmac) {
        return SG_ERR_NOMEM;
    }
    if (length > sizeof block) {
        SHA256(key, length, block);
    } else {
        memcpy(block, key, length);
    }
    for (size_t at = 0; at < sizeof block; at++) {
        pad[at] = block[at] ^ 0x36;
    }
    SHA256_Init(&hmac->inner);
    SHA256_Update(&hmac->inner, pad, sizeof pad);
    for (size_t at = 0; at < sizeof block; at++) {
        pad[at] = block[at] ^ 0x5c;
    }
    SHA256_Init(&hmac->outer);
    SHA256_Update(&hmac->outer, pad, sizeof pad);
    *context = hmac;
    return 0;
}

static int hmac_update(void *context, const uint8_t *data, size_t length, void *user) {
    (void)user;
    struct hmac *hmac = context;
    SHA256_Update(&hmac->inner, data, length);
    return 0;
}

static int hmac_final(void *context, signal_buffer **output, void *user) {
    (void)user;
    struct hmac *hmac = context;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256_Final(digest, &hmac->inner);
    SHA256_Update(&hmac->outer, digest, sizeof digest);
    SHA256_Final(digest, &hmac->outer);
    *output = signal_buffer_create(digest, sizeof digest);
    return *output ? 0 : SG_ERR_NOMEM;
}

static int sha512_init(void **context, void *user) {
    (void)user;
    *context = malloc(sizeof(SHA512_CTX));
    return *context && SHA512_Init(*context) == 1 ? 0 : SG_ERR_NOMEM;
}

static int sha512_update(void *context, const uint8_t *data, size_t length, void *user) {
    (void)user;
    SHA512_Update(context, data, length);
    return 0;
}

static int sha512_final(void *context, signal_buffer **output, void *user) {
    (void)user;
    uint8_t digest[SHA512_DIGEST_LENGTH];
    SHA512_Final(digest, context);
    SHA512_Init(context);
    *output = signal_buffer_create(digest, sizeof digest);
    return *output ? 0 : SG_ERR_NOMEM;
}

static void release(void *context, void *user) {
    (void)user;
    free(context);
}

/* AES-256-CBC with padding, the one mode that a session uses. */
static int aes(signal_buffer **output, int forward, int mode, const uint8_t *key, size_t key_length, const uint8_t *iv,
               size_t iv_length, const uint8_t *text, size_t length) {
    static EVP_CIPHER *cipher;
    if (!cipher) {
        cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
    }
    if (mode != SG_CIPHER_AES_CBC_PKCS5 || key_length != 32 || iv_length != 16) {
        return SG_ERR_INVAL;
    }
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *result = malloc(length + 16);
    int first = 0, last = 0;
    int good = context && result && EVP_CipherInit_ex2(context, cipher, key, iv, forward, NULL) == 1 &&
               EVP_CipherUpdate(context, result, &first, text, (int)length) == 1 &&
               EVP_CipherFinal_ex(context, result + first, &last) == 1;
    *output = good ? signal_buffer_create(result, (size_t)(first + last)) : NULL;
    free(result);
    EVP_CIPHER_CTX_free(context);
    return *output ? 0 : SG_ERR_UNKNOWN;
}

static int encrypt(signal_buffer **output, int mode, const uint8_t *key, size_t key_length, const uint8_t *iv,
                   size_t iv_length, const uint8_t *text, size_t length, void *user) {
    (void)user;
    return aes(output, 1, mode, key, key_length, iv, iv_length, text, length);
}

static int decrypt(signal_buffer **output, int mode, const uint8_t *key, size_t key_length, const uint8_t *iv,
                   size_t iv_length, const uint8_t *text, size_t length, void *user) {
    (void)user;
    return aes(output, 0, mode, key, key_length, iv, iv_length, text, length);
}

const signal_crypto_provider crypto = {
    .random_func = random_bytes,
    .hmac_sha256_init_func = hmac_init,
    .hmac_sha256_update_func = hmac_update,
    .hmac_sha256_final_func = hmac_final,
    .hmac_sha256_cleanup_func = release,
    .sha512_digest_init_func = sha512_init,
    .sha512_digest_update_func = sha512_update,
    .sha512_digest_final_func = sha512_final,
    .sha512_digest_cleanup_func = release,
    .encrypt_func = encrypt,
    .decrypt_func = decrypt,
};
