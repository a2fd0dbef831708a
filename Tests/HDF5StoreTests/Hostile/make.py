"""Makes the files beside it, once, with h5py 3.16 (HDF5 2.0): python3 make.py

Each uses one feature of HDF5 that a reader of files from strangers has to refuse, or to bear.
"""
import h5py
import numpy as np

numbers = np.arange(6, dtype="<f4")


def make(name, body, **options):
    with h5py.File(name + ".h5", "w", **{"libver": ("earliest", "v110"), **options}) as file:
        body(file)


def low_level(file, name, dtype, shape, maximum=None, chunk=None):
    """A dataset that is declared and never written."""
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if chunk:
        creation.set_chunk(chunk)
    space = h5py.h5s.create_simple(shape, maximum)
    h5py.h5d.create(file.id, name, h5py.h5t.py_create(np.dtype(dtype)), space, creation)


def virtual(file):
    layout = h5py.VirtualLayout(shape=(6,), dtype="<f4")
    layout[:] = h5py.VirtualSource("elsewhere.h5", "data", shape=(6,))
    file.create_virtual_dataset("data", layout)


def strange_types(file):
    file["variable"] = np.array(["a", "b"], dtype=h5py.string_dtype())
    file.create_dataset("ragged", (2,), h5py.vlen_dtype("<f4"))[0] = numbers
    file["reference"] = np.array([file.ref], dtype=h5py.ref_dtype)
    file["compound"] = np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])
    file["big_endian"] = numbers.astype(">f4")
    file["half"] = numbers.astype("<f2")
    file["truth"] = np.array([True, False])
    file["short"] = numbers.astype("<i2")
    file["opaque"] = np.array([b"ab"], dtype="V2")
    file["empty"] = h5py.Empty("<f4")
    file["named"] = np.dtype("<f4")
    low_level(file, b"nine_axes", "<f4", (1,) * 9)
    file["numbers"] = numbers


def attributes(file):
    file.attrs["variable"] = "text"
    file.attrs["reference"] = file.ref
    file.attrs["several"] = numbers
    file.attrs["compound"] = np.zeros((), dtype=[("a", "<f4")])
    file.attrs["none"] = h5py.Empty("<f4")
    file.attrs["good"] = np.float32(2.5)


def loop(file):
    group = file.create_group("a/b")
    group["data"] = numbers
    group["again"] = file["a"]


def huge(file):
    low_level(file, b"contiguous", "<f8", (1 << 40,))
    low_level(file, b"chunked", "<f4", (1 << 22,), (h5py.h5s.UNLIMITED,), (1024,))
    low_level(file, b"overflowing", "<f8", (1 << 40, 1 << 40), None, (1, 1024))
    low_level(file, b"chunk", "<f8", (4,), (h5py.h5s.UNLIMITED,), (1 << 28,))


def storage(file):
    file.create_dataset(
        "data", shape=(6,), dtype="<f4", external=[("elsewhere.bin", 0, 24)])


def packed(file):
    file.create_dataset("lzf", data=np.zeros(1000, "<f4"), compression="lzf")
    file.create_dataset("gzip", data=np.zeros(1000, "<f4"), compression="gzip", shuffle=True)


numbers.tofile("elsewhere.bin")
make("elsewhere", lambda file: file.__setitem__("data", numbers))
make("external_link",
     lambda file: file.__setitem__("data", h5py.ExternalLink("elsewhere.h5", "/data")))
make("external_group",
     lambda file: file.__setitem__("group", h5py.ExternalLink("elsewhere.h5", "/")))
make("soft_link", lambda file: (file.__setitem__("real", numbers),
                                file.__setitem__("data", h5py.SoftLink("/real"))))
make("dangling", lambda file: file.__setitem__("data", h5py.SoftLink("/none")))
make("external_storage", storage)
make("virtual", virtual, libver="v110")
make("strange_types", strange_types)
make("attributes", attributes)
make("loop", loop)
make("huge", huge)
make("packed", packed)
make("user_block", lambda file: file.__setitem__("data", numbers), userblock_size=512)
