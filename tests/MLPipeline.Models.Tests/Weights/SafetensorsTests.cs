using System.Buffers.Binary;
using System.Text;
using MLPipeline.Models.Weights;
using static TorchSharp.torch;

namespace MLPipeline.Models.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "w.safetensors");

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8,
        ScalarType.Byte, ScalarType.Bool,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Tensors_of_every_type_survive_the_round_trip(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var values = arange(24, ScalarType.Int64).sub(7).to(type);
        var tensors = new Dictionary<string, Tensor>
        {
            ["matrix"] = values.reshape(4, 6),
            ["turned"] = values.reshape(4, 6).t(),
            ["part"] = values.reshape(4, 6).narrow(1, 2, 3),
            ["scalar"] = values.select(0, 3),
            ["empty"] = zeros([0, 3], type),
            ["grüße.\"\\/../x"] = values,
        };
        Safetensors.Save(tensors, Path, new Dictionary<string, string> { ["epoch"] = "7" });

        var read = Safetensors.Load(Path);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (key, tensor) in tensors)
        {
            Assert.Equal(type, read[key].dtype);
            Assert.Equal(tensor.shape, read[key].shape);
            Assert.True(tensor.contiguous().bytes.SequenceEqual(read[key].bytes), key);
        }

        using var file = SafetensorsFile.Open(Path);
        Assert.Equal("7", file.Metadata["epoch"]);
        Assert.All(file.Entries.Values, e => Assert.Equal(0, e.Offset % values.ElementSize));
        Assert.Equal(["w.safetensors"], _folder.GetFiles().Select(f => f.Name));
    }

    [Fact]
    public void Header_and_data_are_as_the_format_says()
    {
        using var one = tensor(new float[] { 1, 2 });
        Safetensors.Save(new Dictionary<string, Tensor> { ["a"] = one }, Path);
        var bytes = File.ReadAllBytes(Path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(bytes, 8, length).TrimEnd());
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], bytes[(8 + length)..]);
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Hostile_file_is_refused_with_what_is_wrong(string problem)
    {
        File.WriteAllBytes(Path, Hostile[problem]);
        var error = Assert.Throws<InvalidSafetensorsException>(() => Safetensors.Load(Path));
        Assert.Contains(Path, error.Message);
        Assert.Contains(problem, error.Message);
    }

    public static TheoryData<string> Problems => [.. Hostile.Keys];

    private static readonly Dictionary<string, byte[]> Hostile = new()
    {
        ["it has 3 bytes"] = [1, 2, 3],
        ["18446744073709551615 bytes; at most 4"] = [255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4],
        ["9223372036854775808 bytes; at most 0"] = [0, 0, 0, 0, 0, 0, 0, 128],
        ["has 5 bytes; at most 2"] = [5, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'],
        ["no JSON object with each key once"] = Of("{\"a\":"),
        ["key once: Duplicate"] = Of("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2),
        ["is not UTF-8"] = [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xC3],
        ["text that can't be read"] = Of("""{"a":{"dtype":"\ud800","shape":[1],"data_offsets":[0,1]}}""", 1),
        ["its header is Array"] = Of("[]"),
        ["'a' is Number"] = Of("""{"a":1}"""),
        ["__metadata__ is not an object of texts"] = Of("""{"__metadata__":{"a":1}}"""),
        ["'a' has no dtype"] = Of("""{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1),
        ["'a' has dtype F8_E5M2; TorchSharp has F64, F32"] = Of("""{"a":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[0,1]}}""", 1),
        ["'a' has no shape"] = Of("""{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1),
        ["'a' has -1 in its shape"] = Of("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1),
        ["'a' has 1.5 in its shape"] = Of("""{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1),
        ["9223372036854775808 in its data_offsets"] = Of("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,9223372036854775808]}}""", 1),
        ["not a beginning and an end"] = Of("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1),
        ["[4294967296,4294967296] and has 0 bytes"] = Of("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"""),
        ["[9223372036854775807,2,0] and has 0 bytes"] = Of("""{"a":{"dtype":"U8","shape":[9223372036854775807,2,0],"data_offsets":[0,0]}}"""),
        ["F32 [2] and has 7 bytes"] = Of("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,7]}}""", 7),
        ["inside the tensor before it"] = Of("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3),
        ["belong to no tensor"] = Of("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2),
        ["the last 2 bytes of 3"] = Of("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 3),
        ["cut short"] = Of("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", 8),
        ["cut short; fetch it again"] = Of("""{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 8),
        ["neither 0 nor 1"] = Of("""{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 3),
    };

    [Fact]
    public void Header_beyond_100_MB_is_refused_before_it_is_read()
    {
        using (var stream = File.Create(Path))
        {
            stream.Write([1, 0xe1, 0xf5, 5, 0, 0, 0, 0]); // 100,000,001
            stream.SetLength(200_000_000); // sparse: takes no room
        }

        Assert.Contains("at most 100000000", Assert.Throws<InvalidSafetensorsException>(() => Safetensors.Load(Path)).Message);
    }

    [Fact]
    public void Damaged_file_is_refused_or_read_but_never_fails_otherwise()
    {
        using var scope = NewDisposeScope();
        Safetensors.Save(new Dictionary<string, Tensor> { ["a.weight"] = rand(3, 4), ["b"] = arange(5), ["c"] = tensor(true) }, Path, new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(Path);
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var damaged = Damage(bytes, random);
            File.WriteAllBytes(Path, damaged);
            try
            {
                using var inner = NewDisposeScope();
                Safetensors.Load(Path);
            }
            catch (InvalidSafetensorsException)
            {
                refused++;
            }
        }

        // What hits numbers of a tensor, or a letter of a name, leaves a file like any other.
        Assert.InRange(refused, 1000, 1999);
    }

    [Fact]
    public void What_the_format_has_no_type_for_is_refused_by_name_and_the_old_file_stays()
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(Path, "old");
        var error = Assert.Throws<NotSupportedException>(() => Safetensors.Save(
            new Dictionary<string, Tensor> { ["good"] = rand(1), ["wave"] = zeros(1, ScalarType.ComplexFloat32), ["thin"] = rand(2, 2).to_sparse() }, Path));
        Assert.Contains("'wave' (ComplexFloat32)", error.Message);
        Assert.Contains("'thin' (sparse)", error.Message);
        Assert.Throws<ArgumentException>(() => Safetensors.Save(new Dictionary<string, Tensor> { ["__metadata__"] = rand(1) }, Path));
        Assert.Equal("old", File.ReadAllText(Path));
    }

    [Fact]
    public void Failed_writing_leaves_nothing()
    {
        using var one = rand(1);
        Assert.ThrowsAny<IOException>(() => Safetensors.Save(new Dictionary<string, Tensor> { ["a"] = one }, System.IO.Path.Combine(_folder.FullName, "missing", "w")));
        Directory.CreateDirectory(Path);
        Assert.ThrowsAny<Exception>(() => Safetensors.Save(new Dictionary<string, Tensor> { ["a"] = one }, Path));
        Assert.Empty(_folder.GetFiles());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Damage(byte[] bytes, Random random)
    {
        if (random.Next(5) == 0)
            return bytes[..random.Next(bytes.Length)];
        var damaged = (byte[])bytes.Clone();
        var headerEnd = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        for (var flips = random.Next(1, 4); flips > 0; flips--)
            damaged[random.Next(headerEnd)] = random.Next(3) == 0 ? (byte)random.Next(256) : "0123456789{}[]\",:-e."u8[random.Next(20)];
        return damaged;
    }

    private static byte[] Of(string header, int dataBytes = 0)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        bytes.AsSpan(8 + json.Length).Fill(7);
        return bytes;
    }
}
