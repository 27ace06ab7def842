# Turn a file into an array of bytes: cmake -DFROM=page.html -DTO=page_html.h -DNAME=page_html -P embed.cmake
#
# Bytes and not a string: ISO C promises strings of 4095 characters and no more.
file(READ "${FROM}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE "${TO}" "static const unsigned char ${NAME}[] = {\n${bytes}};\n")
