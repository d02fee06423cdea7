using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace MLPipeline.Training.Datasets;

/// <summary>An IDX file of unsigned bytes, uncompressed and checked.</summary>
internal sealed record IdxContent(string Source, byte[] Header, byte[] Elements)
{
    public const string GetAgain = "It is damaged or something else: get the file again.";
    private const byte UnsignedByte = 8;
    private const int FirstChunk = 1 << 20;

    public static IdxContent Read(string path, int dimensions)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(file, path, dimensions);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException(path, "there is no such file; give a folder that holds it.", innerException: e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DatasetException(path, "it is a folder, or this user may not read it.", innerException: e);
        }
    }

    /// <summary>Reads a stream that can seek, gzipped or not.</summary>
    public static IdxContent Read(Stream file, string source, int dimensions)
    {
        try
        {
            if (!IsGzip(file))
                return ReadPlain(file, source, dimensions);
            using var plain = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var content = ReadPlain(plain, source, dimensions);
            CheckGzipEnd(file, (uint)(content.Header.Length + content.Elements.Length));
            return content;
        }
        catch (InvalidDataException e)
        {
            throw new DatasetException(source, $"the gzip data are broken ({e.Message.TrimEnd('.')}). {GetAgain}", innerException: e);
        }
    }

    /// <summary>Size of one dimension, 1 or more.</summary>
    public int Size(int dimension) => (int)BinaryPrimitives.ReadUInt32BigEndian(Header.AsSpan(SizeOffset(dimension)));

    /// <summary>Of the whole uncompressed file, in lower-case hexadecimal digits.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Header);
        hash.AppendData(Elements);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static int SizeOffset(int dimension) => 4 + 4 * dimension;

    private static bool IsGzip(Stream file)
    {
        Span<byte> start = stackalloc byte[2];
        var isGzip = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
        file.Position = 0;
        return isGzip;
    }

    /// <summary>
    /// GZipStream verifies the checksum if it is there, and is content when the file ends before it. The last four bytes tell: they repeat
    /// the uncompressed length (RFC 1952).
    /// </summary>
    private static void CheckGzipEnd(Stream file, uint length)
    {
        var end = new byte[4];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != length)
            throw new InvalidDataException("the checksum at the end is cut off, or more follows it");
    }

    private static IdxContent ReadPlain(Stream stream, string source, int dimensions)
    {
        var header = new byte[SizeOffset(dimensions)];
        var got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length)
            throw new DatasetException(source, $"the file ends here, within its header of {header.Length} bytes. {GetAgain}", got);
        var content = new IdxContent(source, header, []);
        content.CheckMagic(dimensions);
        return content with { Elements = content.ReadElements(stream, content.ElementCount(dimensions)) };
    }

    private void CheckMagic(int dimensions)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(Header);
        var wanted = (uint)(UnsignedByte << 8 | dimensions);
        if (magic != wanted)
            throw new DatasetException(Source,
                $"the magic number is 0x{magic:x8}; {(dimensions == 1 ? "labels" : "images")} of unsigned bytes start with 0x{wanted:x8}. "
                + "Is this the right file under this name?", 0);
    }

    private int ElementCount(int dimensions)
    {
        var count = 1L;
        for (var i = 0; i < dimensions; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(Header.AsSpan(SizeOffset(i)));
            // The limit is checked at each step: three 32-bit sizes overflow 64 bits.
            if (size == 0 || (count *= size) > Array.MaxLength)
                throw new DatasetException(Source,
                    $"dimension {i} is {size}; a size is 1 or more, and all together at most {Array.MaxLength:N0} bytes. {GetAgain}",
                    SizeOffset(i));
        }
        return (int)count;
    }

    /// <summary>The header's word is not enough to take memory: the buffer doubles while data really come.</summary>
    private byte[] ReadElements(Stream stream, int count)
    {
        var elements = new byte[Math.Min(count, FirstChunk)];
        for (var filled = 0; filled < count;)
        {
            if (filled == elements.Length)
                Array.Resize(ref elements, (int)Math.Min(count, elements.Length * 2L));
            var got = stream.Read(elements.AsSpan(filled));
            if (got == 0)
                throw new DatasetException(Source,
                    $"the file ends here, but its header promises {count:N0} bytes; {count - filled:N0} of them are missing. {GetAgain}",
                    Header.Length + filled);
            filled += got;
        }
        if (stream.ReadByte() >= 0)
            throw new DatasetException(Source, $"by its header the file ends here, but more follows. {GetAgain}", (long)Header.Length + count);
        return elements;
    }
}
