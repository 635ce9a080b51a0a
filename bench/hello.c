/* What a CGI program costs at least. */
#include <stdio.h>

int main(void) { return puts("Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nhello") < 0; }
