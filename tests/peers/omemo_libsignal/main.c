/* libsignal-protocol-c as somebody else's OMEMO: one JSON object a line on standard input, one a line on standard output, as
 * ../omemo_oracle.py says; legacy's keys and messages only, not its payloads, and `measure` besides, for the bench.
 *
 *     cc -O2 -o oracle *.c -lsignal-protocol-c -lcrypto
 */

#include "oracle.h"
#include <stdio.h>
#include <string.h>

/* The number of the request that is answered. */
static long request;

/* Where a value begins in the line. Requests are our own tests', and compact: a name is written as here and nowhere else. */
static const char *value(const char *line, const char *name) {
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", name);
    const char *found = strstr(line, quoted);
    return found ? found + strlen(quoted) : NULL;
}

static int digit(char letter) {
    const char *digits = "0123456789abcdef", *found = letter ? strchr(digits, letter) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* The bytes of a string of hexadecimal digits, which begins at its quotation mark. NULL if it is none. */
static signal_buffer *bytes(const char *text) {
    if (!text || *text != '"') {
        return NULL;
    }
    size_t length = strspn(text + 1, "0123456789abcdef") / 2;
    signal_buffer *buffer = signal_buffer_alloc(length);
    for (size_t at = 0; buffer && at < length; at++) {
        signal_buffer_data(buffer)[at] = (uint8_t)(digit(text[1 + at * 2]) << 4 | digit(text[2 + at * 2]));
    }
    return buffer;
}

/* A key with its id: [7,"05..."]. */
static signal_buffer *numbered(const char *text, uint32_t *id) {
    if (!text || *text != '[') {
        return NULL;
    }
    char *end;
    *id = (uint32_t)strtoul(text + 1, &end, 10);
    return *end == ',' ? bytes(end + 1) : NULL;
}

static void print_hex(const signal_buffer *buffer) {
    putchar('"');
    for (size_t at = 0; at < signal_buffer_len(buffer); at++) {
        printf("%02x", signal_buffer_const_data(buffer)[at]);
    }
    putchar('"');
}

static int print_bundle(struct device *device) {
    struct bundle bundle;
    int result = device_bundle(device, 0, &bundle);
    if (result == 0) {
        printf("{\"id\":%ld,\"ok\":{\"signed_prekey\":[%u,", request, bundle.signed_prekey_id);
        print_hex(bundle.signed_prekey);
        printf("],\"signature\":");
        print_hex(bundle.signature);
        printf(",\"identity\":");
        print_hex(bundle.identity);
        printf(",\"prekeys\":[");
    }
    bundle_free(&bundle);
    const char *between = "";
    for (uint32_t id = 1; result == 0 && id <= PREKEYS; id++) {
        result = device_bundle(device, id, &bundle);
        if (result == 0 && bundle.prekey) {
            printf("%s[%u,", between, id);
            print_hex(bundle.prekey);
            printf("]");
            between = ",";
        }
        bundle_free(&bundle);
    }
    printf("]}}\n");
    return result;
}

static int encrypt(struct device *device, const char *line) {
    signal_buffer *plaintext = bytes(value(line, "plaintext")), *message = NULL;
    int key_exchange = 0;
    int result = plaintext ? device_encrypt(device, plaintext, &message, &key_exchange) : SG_ERR_INVAL;
    if (result == 0) {
        printf("{\"id\":%ld,\"ok\":{\"key_exchange\":%s,\"bytes\":", request, key_exchange ? "true" : "false");
        print_hex(message);
        printf("}}\n");
    }
    signal_buffer_free(message);
    signal_buffer_free(plaintext);
    return result;
}

/* Each new session takes the next prekey of a bundle: two that are begun at once never take the same. */
static signal_buffer *next_prekey(struct device *device, const char *line, uint32_t *id) {
    const char *prekeys = value(line, "prekeys"), *end = prekeys ? strchr(prekeys, '}') : NULL;
    const char *first = prekeys && *prekeys == '[' ? prekeys + 1 : NULL, *found = first;
    for (unsigned skip = device->begun++; found && skip > 0; skip--) {
        found = strstr(found + 1, "[");
        found = found && found < end ? found : first;
    }
    return numbered(found, id);
}

static int begin(struct device *device, const char *line) {
    struct bundle bundle = {
        .identity = bytes(value(line, "identity")),
        .signature = bytes(value(line, "signature")),
    };
    bundle.signed_prekey = numbered(value(line, "signed_prekey"), &bundle.signed_prekey_id);
    bundle.prekey = next_prekey(device, line, &bundle.prekey_id);
    int whole = bundle.identity && bundle.signature && bundle.signed_prekey;
    int result = whole ? device_begin(device, &bundle) : SG_ERR_INVAL;
    bundle_free(&bundle);
    return result ? result : encrypt(device, line);
}

static int decrypt(struct device *device, const char *line) {
    signal_buffer *message = bytes(value(line, "bytes")), *plaintext = NULL;
    const char *key_exchange = value(line, "key_exchange");
    int result = message && key_exchange ? device_decrypt(device, message, *key_exchange == 't', &plaintext) : SG_ERR_INVAL;
    if (result == 0) {
        printf("{\"id\":%ld,\"ok\":{\"plaintext\":", request);
        print_hex(plaintext);
        printf("}}\n");
    }
    signal_buffer_free(plaintext);
    signal_buffer_free(message);
    return result;
}

static int measured(const char *line) {
    char what[16] = "";
    const char *name = value(line, "what"), *count = value(line, "count");
    if (!name || !count || sscanf(name, "\"%15[a-z-]", what) != 1) {
        return SG_ERR_INVAL;
    }
    int64_t time = measure(what, atoi(count));
    if (time >= 0) {
        printf("{\"id\":%ld,\"ok\":{\"nanoseconds\":%lld}}\n", request, (long long)time);
    }
    return time < 0 ? (int)time : 0;
}

static int answer(struct device *device, const char *line) {
    char command[16] = "";
    const char *name = value(line, "cmd");
    if (!name || sscanf(name, "\"%15[a-z]", command) != 1) {
        return SG_ERR_INVAL;
    }
    if (strcmp(command, "create") == 0) {
        int result = device_create(device);
        return result ? result : print_bundle(device);
    }
    return strcmp(command, "bundle") == 0    ? print_bundle(device)
           : strcmp(command, "begin") == 0   ? begin(device, line)
           : strcmp(command, "encrypt") == 0 ? encrypt(device, line)
           : strcmp(command, "decrypt") == 0 ? decrypt(device, line)
           : strcmp(command, "measure") == 0 ? measured(line)
                                             : SG_ERR_INVAL;
}

static const char *kind(int error) {
    switch (error) {
    case SG_ERR_DUPLICATE_MESSAGE: return "DuplicateMessage";
    case SG_ERR_INVALID_KEY: return "InvalidKey";
    case SG_ERR_INVALID_KEY_ID: return "InvalidKeyId";
    case SG_ERR_INVALID_MESSAGE: return "InvalidMessage";
    case SG_ERR_INVALID_PROTO_BUF: return "InvalidProtobuf";
    case SG_ERR_NO_SESSION: return "NoSession";
    case SG_ERR_INVAL: return "BadRequest";
    default: return "Other";
    }
}

int main(void) {
    static struct device device;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        const char *id = value(line, "id");
        request = id ? atol(id) : 0;
        int error = answer(&device, line);
        if (error) {
            printf("{\"id\":%ld,\"error\":{\"kind\":\"%s\",\"text\":\"%d\"}}\n", request, kind(error), error);
        }
        fflush(stdout);
    }
    free(line);
    return 0;
}
