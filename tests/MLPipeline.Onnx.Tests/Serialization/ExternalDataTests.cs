using System.Buffers;
using Google.Protobuf;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using MLPipeline.Onnx.Serialization.Messages;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Serialization;

public sealed class ExternalDataTests : IDisposable
{
    private const string CheckByPath =
        """
        import sys, onnx
        from onnx import numpy_helper, shape_inference
        onnx.checker.check_model(sys.argv[1])
        shape_inference.infer_shapes_path(sys.argv[1], "/dev/null", check_type=True, strict_mode=True)
        model = onnx.load(sys.argv[1])
        print([sum(numpy_helper.to_array(t).flatten().tolist()) for t in model.graph.initializer])
        """;

    // The package lays its file out by itself, with every tensor outside.
    private const string ConvertInPython =
        """
        import sys, onnx
        onnx.save_model(onnx.load(sys.argv[1]), sys.argv[2], save_as_external_data=True, location="all.bin", size_threshold=0)
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-onnx-tests-");

    private string Path => At("model.onnx");

    [Fact]
    public void Pair_of_files_reads_back_the_same()
    {
        var graph = Matrices(3, 4, 300, 5, 600);
        var files = OnnxSerializer.Save(new Model(graph), Path, ExternalData.Always);

        Assert.Equal([Path, Path + ".data"], files);
        var read = OnnxSerializer.Load(Path).Graph;
        Assert.Equal(GraphPrinter.Print(graph), GraphPrinter.Print(read));
        Assert.All(graph.Initializers, i => Assert.True(i.Value.ContentEquals(read.Initializers[i.Key]), i.Key));
    }

    [Fact]
    public void Offsets_are_at_pages_and_small_constants_stay_inside()
    {
        OnnxSerializer.Save(new Model(Matrices(3, 4, 300, 5, 600)), Path, ExternalData.Always);

        var tensors = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path)).Graph.Initializer;
        Assert.Equal(["w0", "w2"], tensors.Where(t => t.HasRawData).Select(t => t.Name));
        Assert.Equal([("model.onnx.data", 0, 300 * 300 * 4), ("model.onnx.data", 393_216, 600 * 600 * 4)], tensors.Where(t => !t.HasRawData).Select(Entry));
        Assert.Equal(393_216 + 600 * 600 * 4, new FileInfo(Path + ".data").Length);

        static (string, int, int) Entry(TensorProto t) => (t.ExternalData[0].Value, int.Parse(t.ExternalData[1].Value), int.Parse(t.ExternalData[2].Value));
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(100_000, 2)]
    [InlineData(0, 2)]
    public void Threshold_decides_whether_there_are_two_files(long threshold, int files) =>
        Assert.Equal(files, OnnxSerializer.Save(new Model(Matrices(1, 300)), Path, ExternalData.Above(threshold)).Count);

    [Theory]
    [InlineData(-1)]
    [InlineData(1L << 31)]
    public void Threshold_outside_its_range_is_refused(long bytes) =>
        Assert.Contains($"{ExternalData.MaxModelBytes:N0}", Assert.Throws<ArgumentOutOfRangeException>(() => ExternalData.Above(bytes)).Message);

    [Fact]
    public void Model_beyond_2_GiB_does_not_go_into_one_stream_and_would_get_a_file_of_its_own_weights()
    {
        var graph = Beyond2GiB();
        var error = Assert.Throws<NotSupportedException>(() => OnnxSerializer.Write(new Model(graph), Stream.Null));
        Assert.Contains("Save it to a path", error.Message);
        var layout = ExternalLayout.Of(graph, "m.onnx.data", 1024);
        Assert.Equal(3L * (1 << 30), layout.Length);
        Assert.InRange(ModelSize.InOneFile(new Model(graph)), ExternalData.MaxModelBytes + 1, long.MaxValue);
        ModelSize.Check(new Model(graph), layout);
    }

    [Fact]
    public void Tensor_beyond_2_GiB_is_in_pieces_that_no_pass_looks_into()
    {
        var graph = Beyond2GiB();
        Assert.Equal(2L * (1 << 30), graph.Initializers["big"].Content.Length);
        Assert.Contains("in pieces", Assert.Throws<InvalidOperationException>(() => graph.Initializers["big"].Bytes).Message);
        Assert.Null(graph.Constant("big"));
        Assert.NotNull(graph.Constant("half"));
    }

    [Fact]
    public void Cuts_between_pieces_do_not_change_what_a_tensor_holds()
    {
        byte[] bytes = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
        var whole = new TensorData(ElementType.Float, [6], bytes);
        var cut = new TensorData(ElementType.Float, [6], ByteSequence.Of(bytes.AsMemory(0, 5), ReadOnlyMemory<byte>.Empty, bytes.AsMemory(5, 1), bytes.AsMemory(6)));
        Assert.True(whole.ContentEquals(cut));
        Assert.False(cut.IsInOnePiece);
        Assert.Equal(bytes, cut.Content.ToArray());
        bytes[23]++;
        Assert.False(new TensorData(ElementType.Float, [6], (byte[])[.. bytes[..23], 0]).ContentEquals(cut));
    }

    [Fact]
    public void ONNX_Runtime_computes_with_the_pair()
    {
        var graph = Matrices(3, 300);
        var expected = Scoring.Run(graph);
        OnnxSerializer.Save(new Model(graph), Path, ExternalData.Always);
        using var model = OnnxModel.Load(Path, new OnnxModelOptions { GraphOptimizations = false, IntraOpThreads = 1 });
        var random = new Random(7);
        float[] x = [.. Enumerable.Range(0, 3 * 300).Select(_ => random.NextSingle() * 2 - 1)];
        Scoring.AssertClose(expected, model.Run(new Dictionary<string, TensorValue> { ["x"] = TensorValue.Create(x, [3, 300]) }));
    }

    [Fact]
    public void Checker_of_ONNX_accepts_the_pair_and_reads_its_numbers()
    {
        PythonOnnx.Require();
        var graph = new Graph("ones");
        graph.Initializers.Add("w", TensorData.FromFloats(Enumerable.Repeat(0.5f, 1024).ToArray(), 1024));
        graph.Initializers.Add("n", TensorData.Create<long>(Enumerable.Repeat(3L, 700).ToArray(), 700));
        foreach (var name in (string[])["w", "n"])
            graph.Outputs.Add(graph.Info(graph.Add("Identity", [name], [$"{name}.out"]).Inputs[0])! with { Name = $"{name}.out" });
        OnnxSerializer.Save(new Model(graph), Path, ExternalData.Always);
        Assert.Equal("[512.0, 2100]", PythonOnnx.Check(CheckByPath, Path).Trim());
    }

    [Fact]
    public void File_laid_out_by_the_package_reads_back_the_same()
    {
        PythonOnnx.Require();
        var graph = Matrices(3, 4, 40);
        OnnxSerializer.Save(new Model(graph), Path);
        PythonOnnx.Check(ConvertInPython, Path, At("python.onnx"));
        var read = OnnxSerializer.Load(At("python.onnx")).Graph;
        Assert.All(graph.Initializers, i => Assert.True(i.Value.ContentEquals(read.Initializers[i.Key]), i.Key));
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Hostile_entry_is_refused_with_what_is_wrong(string problem)
    {
        OnnxSerializer.Save(new Model(Matrices(3, 40, 50)), Path, ExternalData.Always);
        File.WriteAllBytes(At("outside.bin"), new byte[100_000]);
        var message = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path));
        var inner = _folder.CreateSubdirectory("inner").FullName;
        File.Move(Path + ".data", System.IO.Path.Combine(inner, "model.onnx.data"));
        File.CreateSymbolicLink(System.IO.Path.Combine(inner, "link.bin"), At("outside.bin"));
        Spoilers[problem](message.Graph.Initializer[1]);
        var path = System.IO.Path.Combine(inner, "model.onnx");
        File.WriteAllBytes(path, message.ToByteArray());

        var error = Assert.Throws<InvalidOnnxFileException>(() => OnnxSerializer.Load(path));
        Assert.StartsWith(path, error.Message);
        Assert.Contains(problem, error.Message);
    }

    public static TheoryData<string> Problems => [.. Spoilers.Keys];

    private static readonly Dictionary<string, Action<TensorProto>> Spoilers = new()
    {
        ["'../outside.bin'; only files in the model's own folder"] = t => t.ExternalData[0].Value = "../outside.bin",
        ["'/etc/hostname'; only files"] = t => t.ExternalData[0].Value = "/etc/hostname",
        ["'a/../../outside.bin'; only files"] = t => t.ExternalData[0].Value = "a/../../outside.bin",
        ["'..\\outside.bin'; only files"] = t => t.ExternalData[0].Value = "..\\outside.bin",
        ["'C:outside.bin'; only files"] = t => t.ExternalData[0].Value = "C:outside.bin",
        ["''; only files"] = t => t.ExternalData[0].Value = "",
        ["'link.bin', which is a link to"] = t => t.ExternalData[0].Value = "link.bin",
        ["no such file"] = t => t.ExternalData[0].Value = "missing.bin",
        ["does not say in which"] = t => t.ExternalData.RemoveAt(0),
        ["two external_data entries 'location'"] = t => t.ExternalData.Add(t.ExternalData[0].Clone()),
        ["the offset '-8'"] = t => t.ExternalData[1].Value = "-8",
        ["the offset '99999999999999999999'"] = t => t.ExternalData[1].Value = "99999999999999999999",
        ["the length '1e3'"] = t => t.ExternalData[2].Value = "1e3",
        ["has 9999"] = t => t.ExternalData[2].Value = "9999",
        ["cut short"] = t => t.ExternalData[1].Value = "9223372036854775807",
        ["it is cut short, or of another model"] = t => t.ExternalData[1].Value = "12288",
        ["both inside and in another file"] = t => t.RawData = ByteString.CopyFrom(new byte[50 * 50 * 4]),
    };

    [Fact]
    public void Two_tensors_may_be_one_range()
    {
        OnnxSerializer.Save(new Model(Matrices(3, 40, 40)), Path, ExternalData.Always);
        var message = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path));
        message.Graph.Initializer[1].ExternalData[1].Value = "0";
        File.WriteAllBytes(Path, message.ToByteArray());
        var read = OnnxSerializer.Load(Path).Graph.Initializers;
        Assert.True(read["w0"].ContentEquals(read["w1"]));
    }

    [Fact]
    public void Overlapping_ranges_can_t_ask_for_more_memory_than_the_file_has()
    {
        OnnxSerializer.Save(new Model(Matrices(3, 40)), Path, ExternalData.Always);
        var message = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path));
        var copy = message.Graph.Initializer[0].Clone();
        copy.Name = "copy";
        copy.Dims[0]--;
        copy.ExternalData[1].Value = "4";
        copy.ExternalData[2].Value = $"{39 * 40 * 4}";
        message.Graph.Initializer.Add(copy);
        File.WriteAllBytes(Path, message.ToByteArray());
        Assert.Contains("'copy' overlaps other constants", Assert.Throws<InvalidOnnxFileException>(() => OnnxSerializer.Load(Path)).Message);
    }

    [Fact]
    public void Bytes_alone_do_not_lead_to_another_file()
    {
        OnnxSerializer.Save(new Model(Matrices(3, 40)), Path, ExternalData.Always);
        var error = Assert.Throws<InvalidOnnxFileException>(() => OnnxSerializer.Read(File.ReadAllBytes(Path)));
        Assert.Contains("load the model by its path", error.Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>x times one square matrix after the other is not what counts; that each has numbers of its own is.</summary>
    internal static Graph Matrices(int seed, params int[] sides)
    {
        var random = new Random(seed);
        var graph = new Graph("matrices");
        foreach (var (i, side) in sides.Index())
        {
            float[] values = [.. Enumerable.Range(0, side * side).Select(_ => random.NextSingle() - 0.5f)];
            graph.Initializers.Add($"w{i}", TensorData.FromFloats(values, side, side));
            graph.Inputs.Add(new ValueInfo(i == 0 ? "x" : $"x{i}", ElementType.Float, ["batch", side]));
            graph.Add("MatMul", [graph.Inputs[i].Name, $"w{i}"], [$"y{i}"]);
            graph.Outputs.Add(new ValueInfo($"y{i}", ElementType.Float, ["batch", side]));
        }

        return graph;
    }

    // One block of memory stands for many: 3 GiB of weights that take none.
    private static Graph Beyond2GiB()
    {
        var block = new EmptyGiB().Memory;
        var graph = new Graph("large");
        graph.Initializers.Add("big", new TensorData(ElementType.Float, [1 << 29], ByteSequence.Of(block, block)));
        graph.Initializers.Add("half", new TensorData(ElementType.Float, [1 << 28], block));
        foreach (var name in graph.Initializers.Keys.ToList())
            graph.Outputs.Add(graph.Info(graph.Add("Identity", [name], [$"{name}.out"]).Inputs[0])! with { Name = $"{name}.out" });
        return graph;
    }

    private string At(string name) => System.IO.Path.Combine(_folder.FullName, name);

    // As long as it says, and nothing behind it: only lengths are looked at.
    private sealed class EmptyGiB : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(1 << 30);

        public override Span<byte> GetSpan() => throw new InvalidOperationException("There is nothing to read.");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException("There is nothing to read.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
