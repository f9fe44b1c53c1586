/* How long libsignal-protocol-c takes, for `cargo xtask bench omemo`. Two devices in this process; the bytes of a session are
 * read and written by each step, as ours are. What only prepares is not counted. */

#include "oracle.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

struct pair {
    struct device one, two;
    /* Nanoseconds so far. */
    int64_t time;
    signal_buffer *text;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Decrypts and checks what came out. */
static int read_message(struct pair *pair, struct device *device, const signal_buffer *message, int key_exchange) {
    signal_buffer *plaintext = NULL;
    int result = device_decrypt(device, message, key_exchange, &plaintext);
    if (result == 0 && signal_buffer_compare(plaintext, pair->text) != 0) {
        result = SG_ERR_UNKNOWN;
    }
    signal_buffer_free(plaintext);
    return result;
}

/* One message from one to the other; counts the parts that are asked for. */
static int pass(struct pair *pair, struct device *from, struct device *to, int count_encrypting, int count_decrypting) {
    signal_buffer *message = NULL;
    int key_exchange = 0;
    int64_t start = now();
    int result = device_encrypt(from, pair->text, &message, &key_exchange);
    int64_t middle = now();
    if (result == 0) {
        result = read_message(pair, to, message, key_exchange);
    }
    int64_t end = now();
    pair->time += (count_encrypting ? middle - start : 0) + (count_decrypting ? end - middle : 0);
    signal_buffer_free(message);
    return result;
}

/* From a bundle on the wire until the other side has read the first message. */
static int set_up(struct pair *pair, uint32_t prekey_id) {
    struct bundle bundle;
    signal_buffer_free(pair->one.session);
    signal_buffer_free(pair->two.session);
    pair->one.session = pair->two.session = NULL;
    int result = device_bundle(&pair->two, prekey_id, &bundle);
    int64_t start = now();
    if (result == 0) {
        result = device_begin(&pair->one, &bundle);
    }
    pair->time += now() - start;
    bundle_free(&bundle);
    return result ? result : pass(pair, &pair->one, &pair->two, 1, 1);
}

static int run(struct pair *pair, const char *what, int count) {
    int result;
    if (strcmp(what, "set-up") == 0) {
        result = count <= PREKEYS ? 0 : SG_ERR_INVAL;
        for (int at = 0; result == 0 && at < count; at++) {
            result = set_up(pair, (uint32_t)at + 1);
        }
        return result;
    }
    int encrypting = strcmp(what, "encrypt") == 0, decrypting = strcmp(what, "decrypt") == 0;
    int step = strcmp(what, "step") == 0, turn = strcmp(what, "turn") == 0;
    if (!encrypting && !decrypting && !step && !turn) {
        return SG_ERR_INVAL;
    }
    (void)((result = set_up(pair, 1)) || (result = pass(pair, &pair->two, &pair->one, 0, 0)));
    if (result == 0 && (encrypting || decrypting)) {
        /* The first of a chain is a step. */
        result = pass(pair, &pair->one, &pair->two, 0, 0);
    }
    pair->time = 0;
    for (int at = 0; result == 0 && at < count; at++) {
        /* In a turn the other answers each message; the answer to the one before is what makes this one a step. */
        int back = (step || turn) && at % 2;
        result = pass(pair, back ? &pair->two : &pair->one, back ? &pair->one : &pair->two, encrypting || turn,
                      decrypting || step || turn);
    }
    return result;
}

int64_t measure(const char *what, int count) {
    static const uint8_t text[32] = {1};
    struct pair pair = {.text = signal_buffer_create(text, sizeof text)};
    int result;
    (void)((result = device_create(&pair.one)) || (result = device_create(&pair.two)) || (result = run(&pair, what, count)));
    device_destroy(&pair.one);
    device_destroy(&pair.two);
    signal_buffer_free(pair.text);
    return result ? result : pair.time;
}
