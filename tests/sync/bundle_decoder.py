"""A second, naive decoder of bundles, written from the description of the format. Usage: bundle_decoder.py BUNDLE_DUMP

Lets BUNDLE_DUMP write bundles and what the product makes of them, decodes the bundles here and compares. Standard library and the zstd tool.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

MASK = (1 << 64) - 1


def unfold(bits):
    return ((bits >> 1) ^ -(bits & 1)) & MASK


def signed(number):
    return number - (1 << 64) if number >> 63 else number


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0
        self.ids = []

    def take(self, count):
        assert self.at + count <= len(self.data), "bytes end early"
        self.at += count
        return self.data[self.at - count:self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            octet = self.byte()
            value |= (octet & 0x7F) << shift
            shift += 7
            if not octet & 0x80:
                return value

    def sized(self):
        return self.take(self.varint())

    def fixed64(self):
        return int.from_bytes(self.take(8), "big")

    def numbers(self, count):
        if count == 0:
            return []
        head = self.varint()
        base, step = unfold(self.varint()), self.varint()
        first = unfold(self.varint()) if head & 1 else 0
        planes = [self.take(count) for _ in range(head >> 1)]
        parts = [sum(plane[i] << (8 * p) for p, plane in enumerate(planes)) for i in range(count)]
        numbers = [(base + part * step) & MASK for part in parts]
        if head & 1:
            numbers[0] = first
            for i in range(1, count):
                numbers[i] = (numbers[i] + numbers[i - 1]) & MASK
        return numbers

    def strings(self, count):
        form = self.byte()
        distinct = self.varint() if form & 1 else count
        codes = self.numbers(count) if form & 1 else []
        if form & 2:
            lengths = self.numbers(distinct)
            block = Reader(self.sized())
            texts = [block.take(length) for length in lengths]
        else:
            texts = self.sized().split(b"\0")[:-1]
        assert len(texts) == distinct
        return self.coded(texts, codes) if form & 1 else texts

    @staticmethod
    def coded(entries, codes):
        fresh = iter(entries)
        return [next(fresh) if code == 0 else entries[code - 1] for code in codes]

    def plain_ids(self, count):
        if self.byte() == 0:
            return [self.take(16) for _ in range(count)]
        randoms = [int.from_bytes(self.take(9), "big") for _ in range(count)]
        last = self.take((count + 3) // 4)
        milliseconds = self.numbers(count)
        ids = []
        for i in range(count):
            bits = randoms[i] << 2 | last[i // 4] >> (i % 4 * 2) & 3          # 74 random bits
            high, low = bits >> 62, bits & (1 << 62) - 1
            ids.append((milliseconds[i] << 80 | 7 << 76 | high << 64 | 2 << 62 | low).to_bytes(16, "big"))
        return ids

    def own_ids(self, count):
        ids = self.plain_ids(count)
        self.ids += ids
        return ids

    def known_ids(self, count):
        distinct, fresh_count = self.varint(), self.varint()
        codes, places = self.numbers(count), self.numbers(distinct)
        fresh = iter(self.plain_ids(fresh_count))
        here = []
        for place in places:
            if place == 0:
                self.ids.append(next(fresh))
            here.append(self.ids[-1] if place == 0 else self.ids[place - 1])
        return self.coded(here, codes)

    def values(self, count):
        """Values in their tagged form."""
        head = self.byte()
        places = list(range(count))
        if head & 0x80:
            mask = self.take((count + 7) // 8)
            places = [i for i in places if mask[i // 8] >> (i % 8) & 1]
        out = [b"\0"] * count
        form, size = head & 0x7F, len(places)
        if form == 1:
            column = [b"\1" + varint((signed(n) << 1 ^ signed(n) >> 63) & MASK) for n in self.numbers(size)]
        elif form in (2, 3):
            column = [bytes([form]) + varint(len(text)) + text for text in self.strings(size)]
        elif form == 4:
            column = [b"\3\x10" + one for one in self.known_ids(size)]
        elif form == 5:
            column = [self.tagged() for _ in places]
        else:
            column = []
        for place, value in zip(places, column):
            out[place] = value
        return [value.hex() for value in out]

    def tagged(self):
        start = self.at
        tag = self.byte()
        if tag == 1:
            self.varint()
        elif tag in (2, 3):
            self.sized()
        return self.data[start:self.at]


class Bundle:
    def __init__(self, data):
        assert data[:4] == b"HMB\1"
        assert hashlib.sha256(data[:-8]).digest()[:8] == data[-8:]
        head = Reader(data[4:-8])
        self.sender, self.position, self.count = head.varint(), head.varint(), head.varint()
        head.fixed64()
        assert head.varint() == 0
        raw_length = head.varint()
        self.writers = [head.fixed64() for _ in range(head.varint())]
        self.signatures = [(head.varint(), head.varint(), head.take(16), head.take(64)) for _ in range(head.varint())]
        raw = subprocess.run(["zstd", "-d", "-c", "-q"], input=head.sized(), stdout=subprocess.PIPE, check=True).stdout
        assert len(raw) == raw_length
        self.body = Reader(raw)
        self.txns = self.read_txns()
        assert self.body.at == len(raw)

    def label(self, index, seq):
        return [str(self.writers[index]), str(seq)]

    def read_txns(self):
        body, count = self.body, self.count
        indices, gaps = body.numbers(count), body.numbers(count)
        following, places = {}, []
        for index, gap in zip(indices, gaps):
            seq = (following.get(index, 0) + gap) & MASK
            following[index] = (seq + 1) & MASK
            places.append((index, seq))
        times, corrections, clocks = body.numbers(count), body.numbers(count), body.numbers(count)
        actors, requests, reasons, counts = body.known_ids(count), body.strings(count), body.strings(count), body.numbers(count)
        txns = [{"label": self.label(*places[i]), "origin": None, "time": str(signed(times[i])),
                 "trusted": str(signed((times[i] + corrections[i]) & MASK)), "clock": clocks[i], "actor": actors[i].hex(),
                 "request": requests[i].hex(), "reason": reasons[i].hex(), "operations": [{} for _ in range(counts[i])]} for i in range(count)]
        for _ in range(body.varint()):
            txn = txns[body.varint()]
            txn["origin"] = {"site": body.varint(), "key": body.take(32).hex(), "parent": self.label(body.varint(), body.varint()),
                             "chain": body.take(16).hex()}
        self.read_operations([(operation, places[i]) for i, txn in enumerate(txns) for operation in txn["operations"]])
        return txns

    def read_operations(self, items):
        body = self.body
        column = body.numbers(len(items))
        shapes = [(body.byte(), body.varint(), body.varint(), [(body.varint(), body.varint()) for _ in range(body.varint())])
                  for _ in range(body.varint())]
        for index, (action, entity, fields, writes) in enumerate(shapes):
            mine = [item for item, shape in zip(items, column) if shape == index]
            ids = body.own_ids(len(mine)) if action == 1 else body.known_ids(len(mine))
            rows = [body.values(len(mine)) for _ in range(fields)]
            for i, (operation, _) in enumerate(mine):
                operation.update(action=action, entity=entity, id=ids[i].hex(), row=[row[i] for row in rows], writes=[])
            for k, (reg, values) in enumerate(writes):
                stale, counts = body.numbers(len(mine)), body.numbers(len(mine))
                parents = self.labels(mine, [max(number - 1, 0) for number in counts])
                columns = [body.values(len(mine)) for _ in range(values)]
                for i, (operation, _) in enumerate(mine):
                    named = parents[i] if counts[i] else operation["writes"][0]["parents"]
                    operation["writes"].append({"reg": reg, "parents": named, "stale": stale[i] == 1, "values": [c[i] for c in columns]})
            counts = body.numbers(len(mine))
            registers = iter(body.numbers(sum(counts)))
            for (operation, _), seen in zip(mine, self.labels(mine, counts)):
                operation["saw"] = [{"reg": next(registers), "label": label} for label in seen]

    def labels(self, items, counts):
        total = sum(counts)
        indices, distances = iter(self.body.numbers(total)), iter(self.body.numbers(total))
        last, out = {}, []
        for (_, (writer, own)), count in zip(items, counts):
            named = []
            for _ in range(count):
                index, distance = next(indices), next(distances)
                seq = (own - distance if index == writer else last.get(index, 0) + distance) & MASK
                if index != writer:
                    last[index] = seq
                named.append(self.label(index, seq))
            out.append(named)
        return out


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder, "60"], check=True)
        paths = sorted(pathlib.Path(folder).glob("*.bundle"))
        for path in paths:
            expected = json.loads(path.with_suffix(".json").read_text())
            bundle = Bundle(path.read_bytes())
            assert (bundle.sender, bundle.position) == (3, 99)
            assert bundle.txns == expected, f"{path.name}: the two decoders differ"
        print(f"{len(paths)} bundles read the same by both decoders")


if __name__ == "__main__":
    main()
