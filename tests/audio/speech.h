/* Speech for tests: a synthetic voice says a sentence, and it is written as each kind of file that is taken. */
#ifndef TESTS_SPEECH_H
#define TESTS_SPEECH_H

#include <stddef.h>

/* Writes SENTENCE as said by VOICE ("fa", "en") into FOLDER/NAME; the kind is the name's ending:
 * wav, mp3, ogg, webm, live.webm (as a browser records), m4a, live.m4a. Ends the test where it cannot. */
void speech_make(const char *folder, const char *name, const char *voice, const char *sentence);

/* The whole of a file; free() it. */
unsigned char *speech_read(const char *folder, const char *name, size_t *length);

#endif
