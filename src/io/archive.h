/** What reading and writing a safetensors file share: the words of the format, and the archive's inside. */
#ifndef DN_IO_ARCHIVE_H
#define DN_IO_ARCHIVE_H

#include "digitnet/io.h"

#define DN_ARCHIVE_METADATA_NAME "__metadata__"
#define DN_ARCHIVE_DTYPE_NAME "F32"
#define DN_ARCHIVE_LENGTH_SIZE 8
#define DN_ARCHIVE_ELEMENT_SIZE 4
/** How much of a name an error shows. */
#define DN_ARCHIVE_SHOWN 60

/** Make room for one more tensor. Errors: DN_ERR_ARGUMENT at DN_SAFETENSORS_MAX_ENTRIES; DN_ERR_MEMORY. */
DN_NODISCARD dn_status dn_archive_reserve_tensor(dn_archive *archive, dn_error *error);

/** Make room for one more metadata entry. Errors: as above. */
DN_NODISCARD dn_status dn_archive_reserve_metadata(dn_archive *archive, dn_error *error);

#define DN_ARCHIVE_LIST_SIZE 200
/** List names in quotes with commas between, as many as there is room for, and how many more there are; "none" of none. */
char *dn_archive_list(const char *const *names, size_t count, char text[DN_ARCHIVE_LIST_SIZE]);

/** The names of the tensors, listed so. */
char *dn_archive_list_tensors(const dn_archive *archive, char text[DN_ARCHIVE_LIST_SIZE]);

/** Say that the element at index is not finite, and hand status back. */
dn_status dn_archive_fail_not_finite(const dn_named_tensor *named, const size_t *index, float value,
                                     dn_status status, dn_error *error);

#endif
