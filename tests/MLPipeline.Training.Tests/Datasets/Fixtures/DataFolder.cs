using System.Buffers.Binary;
using System.IO.Compression;

namespace MLPipeline.Training.Tests.Datasets.Fixtures;

/// <summary>A folder of IDX files, made for one test and gone with it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-tests-");

    public string Path => _folder.FullName;

    public static byte[] Idx(byte[] elements, params int[] sizes)
    {
        var file = new byte[4 + 4 * sizes.Length + elements.Length];
        file[2] = 8;
        file[3] = (byte)sizes.Length;
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        elements.CopyTo(file, 4 + 4 * sizes.Length);
        return file;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    /// <summary>A small set in Fashion-MNIST's form: every pixel and label is the image's number modulo 10.</summary>
    public DataFolder WithImages(int train, int test, bool packed = true)
    {
        foreach (var (part, count) in new[] { ("train", train), ("t10k", test) })
        {
            var labels = Enumerable.Range(0, count).Select(i => (byte)(i % 10)).ToArray();
            var images = labels.SelectMany(label => Enumerable.Repeat(label, 28 * 28)).ToArray();
            WriteIdx($"{part}-images-idx3-ubyte", Idx(images, count, 28, 28), packed);
            WriteIdx($"{part}-labels-idx1-ubyte", Idx(labels, count), packed);
        }
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void WriteIdx(string name, byte[] content, bool packed) => Write(packed ? name + ".gz" : name, packed ? Gzip(content) : content);
}
