using Google.Protobuf;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using MLPipeline.Onnx.Serialization.Messages;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Serialization;

public sealed class OnnxSerializerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-onnx-tests-");

    [Fact]
    public void Model_survives_the_round_trip()
    {
        var model = EveryAttribute.Model();
        var bytes = OnnxSerializer.ToBytes(model);

        var read = OnnxSerializer.Read(bytes);

        Assert.Equal(GraphPrinter.Print(model), GraphPrinter.Print(read));
        Assert.Equal((3, "org.example", "doc", "1.2"), (read.ModelVersion, read.Domain, read.DocString, read.ProducerVersion));
        Assert.Equal(bytes, OnnxSerializer.ToBytes(read));
        Assert.All(
            model.Graph.Nodes.Zip(read.Graph.Nodes).Where(p => !p.First.Is("If")),
            p => Assert.Equal(p.First.Attributes, p.Second.Attributes));
    }

    [Fact]
    public void Descriptions_of_graph_nodes_and_values_are_kept()
    {
        var graph = new Graph("described") { DocString = "of the graph" };
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [1]) { DocString = "of the input" });
        graph.Add(new Node("Relu", ["x"], ["y"]) { DocString = "of the node" });
        graph.Values["y"] = new ValueInfo("y", ElementType.Float, [1]) { DocString = "of the value" };
        graph.Add("Neg", ["y"], ["z"]);
        graph.Outputs.Add(new ValueInfo("z", ElementType.Float, [1]) { DocString = "of the output" });

        var read = OnnxSerializer.Read(OnnxSerializer.ToBytes(new Model(graph))).Graph;

        Assert.Equal(
            ["of the graph", "of the input", "of the node", "of the value", "of the output"],
            [read.DocString, read.Inputs[0].DocString, read.Nodes[0].WithName("renamed").DocString, read.Values["y"].DocString, read.Outputs[0].DocString]);
    }

    [Theory]
    [MemberData(nameof(SampleGraphs.Names), MemberType = typeof(SampleGraphs))]
    public void Graph_survives_the_round_trip(string name)
    {
        var graph = SampleGraphs.All[name]();
        var read = OnnxSerializer.Read(OnnxSerializer.ToBytes(new Model(graph))).Graph;
        Assert.Equal(GraphPrinter.Print(graph), GraphPrinter.Print(read));
        Assert.All(graph.Initializers, c => Assert.True(c.Value.ContentEquals(read.Initializers[c.Key])));
    }

    [Fact]
    public void File_cut_short_anywhere_is_refused_or_read_but_never_fails_otherwise()
    {
        var bytes = OnnxSerializer.ToBytes(EveryAttribute.Model());
        var refused = Enumerable.Range(0, bytes.Length).Count(length => !IsRead(bytes.AsMemory(0, length)));
        // A cut between two metadata entries leaves a complete model, so not every one can be told.
        Assert.InRange(refused, bytes.Length * 9 / 10, bytes.Length);
    }

    [Fact]
    public void Damaged_file_is_refused_or_read_but_never_fails_otherwise()
    {
        var bytes = OnnxSerializer.ToBytes(EveryAttribute.Model());
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            IsRead(damaged);
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void Hostile_file_is_refused_with_what_is_wrong(string problem)
    {
        var message = ModelProto.Parser.ParseFrom(OnnxSerializer.ToBytes(new Model(SampleGraphs.ConvNorm())));
        Spoilers[problem](message);
        var error = Assert.Throws<InvalidOnnxFileException>(() => OnnxSerializer.Read(message.ToByteArray(), "bad.onnx"));
        Assert.StartsWith("bad.onnx", error.Message);
        Assert.Contains(problem, error.Message);
    }

    public static TheoryData<string> Problems => [.. Spoilers.Keys];

    private static readonly Dictionary<string, Action<ModelProto>> Spoilers = new()
    {
        ["holds no graph"] = m => m.Graph = null,
        ["which ONNX opset"] = m => m.OpsetImport.Clear(),
        ["opset is -4"] = m => m.OpsetImport[0].Version = -4,
        ["too large for any tensor"] = m => Weights(m).Dims.Add([1L << 40, 1L << 40]),
        ["an axis of length -1"] = m => Weights(m).Dims[0] = -1,
        ["the file holds"] = m => Weights(m).Dims[0]++,
        ["element type 99"] = m => Weights(m).DataType = 99,
        ["bytes alone do not lead to"] = m =>
        {
            Weights(m).ClearRawData();
            Weights(m).DataLocation = TensorProto.Types.DataLocation.External;
        },
        ["'conv.weight' appears twice"] = m => m.Graph.Initializer.Add(Weights(m)),
        ["attribute 'group' twice"] = m => m.Graph.Node[0].Attribute.Add(m.Graph.Node[0].Attribute.Single(a => a.Name == "group")),
        ["has no operator"] = m => m.Graph.Node[0].ClearOpType(),
        ["no tensor type"] = m => m.Graph.Input[0].Type = null,
        ["functions of its own"] = m => m.Functions.Add(new Unread()),
        ["quantization annotations"] = m => m.Graph.QuantizationAnnotation.Add(new Unread()),
        ["training graph"] = m => m.TrainingInfo.Add(new Unread()),
        ["value 'seq' has no tensor type"] = m => m.Graph.ValueInfo.Add(new ValueInfoProto { Name = "seq", Type = new TypeProto { SequenceType = new Unread() } }),
        ["sparse weights"] = m => m.Graph.SparseInitializer.Add(new Unread()),
        ["which nothing defines"] = m => m.Graph.Input.Clear(),
        ["node 'conv/Conv' (Conv), attribute 'label' holds bytes that are no UTF-8 text"] = m => m.Graph.Node[0].Attribute.Add(Bytes("label", AttributeProto.Types.AttributeType.String)),
        ["node 'conv/Conv' (Conv), attribute 'labels' holds bytes that are no UTF-8 text"] = m => m.Graph.Node[0].Attribute.Add(Bytes("labels", AttributeProto.Types.AttributeType.Strings)),
        ["an axis of length -7"] = m => m.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = -7,
    };

    private static AttributeProto Bytes(string name, AttributeProto.Types.AttributeType type)
    {
        var bytes = ByteString.CopyFrom(0x61, 0xff, 0xfe);
        return type == AttributeProto.Types.AttributeType.String
            ? new AttributeProto { Name = name, Type = type, S = bytes }
            : new AttributeProto { Name = name, Type = type, Strings = { bytes } };
    }

    [Fact]
    public void Empty_file_and_text_are_refused()
    {
        Assert.Contains("empty", Assert.Throws<InvalidOnnxFileException>(() => OnnxSerializer.Read(ReadOnlyMemory<byte>.Empty)).Message);
        Assert.Contains("no ONNX file", Assert.Throws<InvalidOnnxFileException>(() => OnnxSerializer.Read("version https://git-lfs"u8.ToArray())).Message);
        Assert.Throws<FileNotFoundException>(() => OnnxSerializer.Load(Path.Combine(_folder.FullName, "missing.onnx")));
    }

    [Fact]
    public void Failed_save_leaves_the_old_file_and_nothing_beside_it()
    {
        var path = Path.Combine(_folder.FullName, "model.onnx");
        var graph = SampleGraphs.ConvNorm();
        OnnxSerializer.Save(new Model(graph), path);
        var before = File.ReadAllBytes(path);
        graph.Outputs.Clear();

        Assert.Throws<InvalidGraphException>(() => OnnxSerializer.Save(new Model(graph), path));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(_folder.GetFiles());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool IsRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            OnnxSerializer.Read(bytes);
            return true;
        }
        catch (InvalidOnnxFileException)
        {
            return false;
        }
    }

    private static TensorProto Weights(ModelProto message) => message.Graph.Initializer.Single(i => i.Name == "conv.weight");
}
