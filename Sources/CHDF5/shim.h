// What Swift cannot see of hdf5.h: macros that are expressions, versioned function names, and the
// error stack, which is reached only through a callback. Written for HDF5 1.10 and newer.

#ifndef FLEDGE_CHDF5_SHIM_H
#define FLEDGE_CHDF5_SHIM_H

#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Types as they lie in a file: little-endian everywhere.
static inline hid_t chdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_uint64(void) { return H5T_STD_U64LE; }

/// h5py's form of a truth value. Made once, under the lock before the library, and never closed.
static inline hid_t chdf5_boolean(void) {
  static hid_t type = -1;
  if (type >= 0) return type;
  hid_t made = H5Tenum_create(H5T_STD_I8LE);
  signed char no = 0, yes = 1;
  if (made < 0) return made;
  if (H5Tenum_insert(made, "FALSE", &no) < 0 || H5Tenum_insert(made, "TRUE", &yes) < 0) {
    H5Tclose(made);
    return -1;
  }
  return type = made;
}

/// Fixed-length UTF-8 text of `bytes` bytes, padded with zeros; the caller closes it.
static inline hid_t chdf5_create_text(size_t bytes) {
  hid_t type = H5Tcopy(H5T_C_S1);
  if (type < 0) return type;
  if (H5Tset_size(type, bytes) < 0 || H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 ||
      H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline uint64_t chdf5_no_address(void) { return HADDR_UNDEF; }

static inline unsigned chdf5_create_new(void) { return H5F_ACC_EXCL; }
static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_live(void) { return H5F_ACC_RDONLY | H5F_ACC_SWMR_READ; }

/// Objects without times in them, so that equal contents make equal files.
static inline hid_t chdf5_timeless(hid_t list) {
  if (list >= 0 && H5Pset_obj_track_times(list, 0) < 0) {
    H5Pclose(list);
    return -1;
  }
  return list;
}
static inline hid_t chdf5_file_creation(void) {
  return chdf5_timeless(H5Pcreate(H5P_FILE_CREATE));
}
static inline hid_t chdf5_group_creation(void) {
  return chdf5_timeless(H5Pcreate(H5P_GROUP_CREATE));
}
static inline hid_t chdf5_dataset_creation(void) {
  return chdf5_timeless(H5Pcreate(H5P_DATASET_CREATE));
}

/// Bounds the format to what HDF5 1.10 reads; closing a file closes every object in it.
static inline hid_t chdf5_file_access(void) {
  hid_t list = H5Pcreate(H5P_FILE_ACCESS);
  if (list < 0) return list;
  if (H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0 ||
      H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) < 0) {
    H5Pclose(list);
    return -1;
  }
  return list;
}

/// For reading while another process may be writing: metadata with a wrong checksum is read again.
///
/// The library's own 100 attempts wait twice as long each time and so for ever; 25 take 1/30 s.
static inline hid_t chdf5_live_access(void) {
  hid_t list = chdf5_file_access();
  if (list >= 0 && H5Pset_metadata_read_attempts(list, 25) < 0) {
    H5Pclose(list);
    return -1;
  }
  return list;
}

static inline herr_t chdf5_refuse_external_link(
    const char *parent_file, const char *parent_group, const char *child_file,
    const char *child_object, unsigned *access_flags, hid_t access_list, void *data) {
  (void)parent_file, (void)parent_group, (void)child_file, (void)child_object;
  (void)access_flags, (void)access_list, (void)data;
  return -1;
}

/// Never leaves the file: external links are refused, soft links are not followed.
static inline hid_t chdf5_link_access(void) {
  hid_t list = H5Pcreate(H5P_LINK_ACCESS);
  if (list < 0) return list;
  if (H5Pset_elink_cb(list, chdf5_refuse_external_link, NULL) < 0) {
    H5Pclose(list);
    return -1;
  }
  return list;
}

/// No message on standard error from this thread; no code loaded from plugin folders.
static inline void chdf5_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
static inline void chdf5_refuse_plugins(void) { H5PLset_loading_state(0); }

enum { CHDF5_ERROR_BYTES = 1024 };
typedef struct { char *text; size_t used; } chdf5_error_text;

static inline herr_t chdf5_append_error(unsigned n, const H5E_error2_t *error, void *data) {
  chdf5_error_text *out = (chdf5_error_text *)data;
  (void)n;
  if (error->desc == NULL || out->used >= CHDF5_ERROR_BYTES - 1) return 0;
  int written = snprintf(out->text + out->used, CHDF5_ERROR_BYTES - out->used, "%s%s",
                         out->used == 0 ? "" : "; ", error->desc);
  if (written > 0) out->used += (size_t)written;
  return 0;
}

/// Writes the current error stack, the first cause first, into `text` of CHDF5_ERROR_BYTES bytes.
static inline void chdf5_take_error(char *text) {
  chdf5_error_text out = {text, 0};
  text[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, chdf5_append_error, &out);
  text[CHDF5_ERROR_BYTES - 1] = 0;
  H5Eclear2(H5E_DEFAULT);
}

/// The kind of one link (0 hard, 1 soft, 64 external), without following it; negative: none.
static inline int chdf5_link_kind(hid_t group, const char *name, hid_t access) {
  htri_t exists = H5Lexists(group, name, access);
  if (exists <= 0) return exists < 0 ? -2 : -1;
  H5L_info_t info;
  if (H5Lget_info(group, name, &info, access) < 0) return -2;
  return (int)info.type;
}

enum { CHDF5_GROUP = 0, CHDF5_DATASET = 1, CHDF5_OTHER = 2 };

/// What an open object is and where it lies; the address tells two names of one object.
static inline int chdf5_object_kind(hid_t object, uint64_t *address) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0) return -1;
  memcpy(address, &info.token, sizeof *address);
#else
  H5O_info_t info;
  if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0) return -1;
  *address = info.addr;
#endif
  if (info.type == H5O_TYPE_GROUP) return CHDF5_GROUP;
  return info.type == H5O_TYPE_DATASET ? CHDF5_DATASET : CHDF5_OTHER;
}

/// Called with each name in a group and the kind of its link; a non-zero answer ends the walk.
typedef int (*chdf5_visit)(const char *name, int link_kind, void *data);
typedef struct { chdf5_visit visit; void *data; } chdf5_visitor;

#if H5_VERSION_GE(1, 12, 0)
typedef H5L_info2_t chdf5_link_info;
#else
typedef H5L_info_t chdf5_link_info;
#endif

static inline herr_t chdf5_visit_link(
    hid_t group, const char *name, const chdf5_link_info *info, void *data) {
  chdf5_visitor *visitor = (chdf5_visitor *)data;
  (void)group;
  return visitor->visit(name, (int)info->type, visitor->data);
}

/// Visits in stored order: sorting by the library crashes 1.10.8 on a damaged index.
static inline herr_t chdf5_list(hid_t group, chdf5_visit visit, void *data) {
  chdf5_visitor visitor = {visit, data};
#if H5_VERSION_GE(1, 12, 0)
  return H5Literate2(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, chdf5_visit_link, &visitor);
#else
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, chdf5_visit_link, &visitor);
#endif
}

/// The descriptor of a file opened by the default driver, or -1.
static inline int chdf5_descriptor(hid_t file) {
  int *descriptor = NULL;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, (void **)&descriptor) < 0 || !descriptor) return -1;
  return *descriptor;
}

#endif
