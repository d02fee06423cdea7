using System.Buffers.Binary;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Tests.Datasets.Fixtures;

namespace MLPipeline.Training.Tests.Datasets;

public sealed class IdxReaderTests : IDisposable
{
    private static readonly byte[] Images = DataFolder.Idx([.. Enumerable.Range(0, 24).Select(i => (byte)i)], 2, 3, 4);
    private static readonly byte[] Labels = DataFolder.Idx([3, 0, 9], 3);
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reads_images_packed_or_not(bool packed)
    {
        using var images = IdxReader.ReadImages(_folder.Write("x", packed ? DataFolder.Gzip(Images) : Images));

        Assert.Equal([2, 1, 3, 4], images.shape);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (byte)i), images.data<byte>());
    }

    [Fact]
    public void Reads_labels()
    {
        using var labels = IdxReader.ReadLabels(_folder.Write("x", DataFolder.Gzip(Labels)), 10);

        Assert.Equal([3L, 0, 9], labels.data<long>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refuses_a_file_cut_anywhere(bool packed)
    {
        var whole = packed ? DataFolder.Gzip(Images) : Images;
        for (var length = 0; length < whole.Length; length++)
        {
            var error = Refused(whole[..length]);
            Assert.True(packed || error.Offset == length);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refuses_bytes_after_the_end(bool packed)
    {
        byte[] longer = [.. Images, 0];

        var error = Refused(packed ? DataFolder.Gzip(longer) : longer);

        Assert.Equal(Images.Length, error.Offset);
    }

    [Fact]
    public void Refuses_a_packed_file_with_a_flipped_bit()
    {
        // Pixels that do not compress, so that the gzip checksum alone can tell.
        var pixels = new byte[10_000];
        new Random(1).NextBytes(pixels);
        var packed = DataFolder.Gzip(DataFolder.Idx(pixels, 1, 100, 100));
        packed[packed.Length / 2] ^= 1;

        Assert.Contains("gzip data are broken", Refused(packed).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("labels for images")]
    [InlineData("signed bytes")]
    [InlineData("an HTML page")]
    public void Refuses_another_magic_number(string what)
    {
        var file = what switch
        {
            "labels for images" => DataFolder.Idx(new byte[100], 100),
            "signed bytes" => [0, 0, 9, 3, .. Images[4..]],
            _ => "<!DOCTYPE html><html>Not found</html>"u8.ToArray(),
        };

        var error = Refused(file);

        Assert.Equal(0, error.Offset);
        Assert.Contains("images of unsigned bytes start with 0x00000803", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3u, 4u, 4)]
    [InlineData(2u, 0, 4u, 8)]
    [InlineData(uint.MaxValue, 1u, 1u, 4)]
    [InlineData(65_536u, 65_536u, 1u, 8)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue, 4)]
    [InlineData(2_000_000_000u, 2u, 0x80000000u, 8)]
    public void Refuses_sizes_that_cannot_be(uint count, uint height, uint width, int offset)
    {
        var error = Refused(Header(count, height, width));

        Assert.Equal(offset, error.Offset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Takes_no_memory_on_the_word_of_a_header(bool packed)
    {
        byte[] hostile = [.. Header(2_000_000, 32, 32), .. new byte[1000]];
        var path = _folder.Write("x", packed ? DataFolder.Gzip(hostile) : hostile);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DatasetException>(() => IdxReader.ReadImages(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Equal(1016, error.Offset);
        Assert.Contains("2,048,000,000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_labels_out_of_range()
    {
        var path = _folder.Write("x", Labels);

        var error = Assert.Throws<DatasetException>(() => IdxReader.ReadLabels(path, 9));

        Assert.Equal(10, error.Offset);
        Assert.StartsWith($"{path}, offset 10: label number 2 is 9, but there are 9 classes, 0 to 8.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_file_that_is_absent()
    {
        var error = Assert.Throws<DatasetException>(() => IdxReader.ReadImages(_folder.File("absent")));

        Assert.StartsWith($"{_folder.File("absent")}: there is no such file", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Header(uint count, uint height, uint width)
    {
        var header = DataFolder.Idx([], 0, 0, 0);
        foreach (var (i, size) in new[] { count, height, width }.Index())
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + 4 * i), size);
        return header;
    }

    private DatasetException Refused(byte[] file)
    {
        var path = _folder.Write("x", file);
        var error = Assert.Throws<DatasetException>(() => IdxReader.ReadImages(path));
        Assert.Equal(path, error.DataSource);
        return error;
    }
}
