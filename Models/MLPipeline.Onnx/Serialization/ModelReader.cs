using System.Text;
using Google.Protobuf;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;
using AttributeType = MLPipeline.Onnx.Serialization.Messages.AttributeProto.Types.AttributeType;

namespace MLPipeline.Onnx.Serialization;

/// <summary>The file's messages to the graph's types. Everything the graph cannot express is refused, by name.</summary>
internal sealed class ModelReader(string source, ExternalReader? external)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public Model Model(ModelProto message)
    {
        if (message.Graph is null) throw Refuse("it holds no graph.");
        if (message.Functions.Count > 0) throw Refuse("it defines functions of its own, which are not supported; inline them first.");
        if (message.TrainingInfo.Count > 0) throw Refuse("it holds a training graph, which is not supported; export it for inference.");
        var model = new Model(Graph(message.Graph))
        {
            Opset = Opset(message),
            IrVersion = Version(message.IrVersion, "IR version"),
            ProducerName = message.ProducerName,
            ProducerVersion = message.ProducerVersion,
            Domain = message.Domain,
            ModelVersion = message.ModelVersion,
            DocString = message.DocString,
        };
        foreach (var opset in message.OpsetImport.Where(o => !IsOnnx(o.Domain))) model.OtherOpsets[opset.Domain] = opset.Version;
        foreach (var entry in message.MetadataProps) model.Metadata[entry.Key] = entry.Value;
        return model;
    }

    private int Opset(ModelProto message)
    {
        var own = message.OpsetImport.FirstOrDefault(o => IsOnnx(o.Domain)) ?? throw Refuse("it does not say which ONNX opset it uses.");
        return Version(own.Version, "opset");
    }

    private int Version(long value, string what) =>
        value is > 0 and < 10_000 ? (int)value : throw Refuse($"its {what} is {value}, which is no version.");

    private Graph Graph(GraphProto message)
    {
        var graph = new Graph(message.Name.Length > 0 ? message.Name : "graph") { DocString = message.DocString };
        if (message.QuantizationAnnotation.Count > 0)
            throw Refuse($"graph '{graph.Name}' has quantization annotations, which are not supported; use QuantizeLinear and DequantizeLinear nodes.");
        if (message.SparseInitializer.Count > 0) throw Refuse($"graph '{graph.Name}' has sparse weights, which are not supported.");
        foreach (var tensor in message.Initializer)
        {
            if (!graph.Initializers.TryAdd(tensor.Name, new TensorReader(source, external).Tensor(tensor, $"initializer '{tensor.Name}'")))
                throw Refuse($"initializer '{tensor.Name}' appears twice.");
        }

        graph.Inputs.AddRange(message.Input.Select(v => Value(v, "graph input")));
        graph.Outputs.AddRange(message.Output.Select(v => Value(v, "graph output")));
        foreach (var value in message.ValueInfo.Where(v => v.Type is not null)) graph.Values[value.Name] = Value(value, "value");
        graph.Nodes.AddRange(message.Node.Select(Node));
        return graph;
    }

    private Node Node(NodeProto message)
    {
        var where = $"node '{message.Name}' ({message.OpType})";
        if (message.OpType.Length == 0) throw Refuse($"{where} has no operator.");
        var repeated = message.Attribute.GroupBy(a => a.Name).FirstOrDefault(g => g.Count() > 1);
        if (repeated is not null) throw Refuse($"{where} has attribute '{repeated.Key}' twice.");
        return new Node(message.OpType, message.Input, message.Output, [.. message.Attribute.Select(a => (a.Name, Attribute(a, where)))])
        {
            Name = message.Name,
            Domain = IsOnnx(message.Domain) ? "" : message.Domain,
            DocString = message.DocString,
        };
    }

    private AttributeValue Attribute(AttributeProto message, string where) => message.Type switch
    {
        AttributeType.Int => message.I,
        AttributeType.Float => message.F,
        AttributeType.String => Text(message.S, message, where),
        AttributeType.Ints => message.Ints.ToArray(),
        AttributeType.Floats => message.Floats.ToArray(),
        AttributeType.Strings => message.Strings.Select(s => Text(s, message, where)).ToArray(),
        AttributeType.Tensor when message.T is not null => new TensorReader(source, external).Tensor(message.T, $"{where}, attribute '{message.Name}'"),
        AttributeType.Graph when message.G is not null => new AttributeValue.Graph(Graph(message.G)),
        _ => throw Refuse($"{where}, attribute '{message.Name}' has no value, or is of kind {message.Type}, which is not supported."),
    };

    // ONNX stores bytes, and some tools put anything there.
    private string Text(ByteString bytes, AttributeProto attribute, string where)
    {
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw Refuse($"{where}, attribute '{attribute.Name}' holds bytes that are no UTF-8 text, which is not supported.");
        }
    }

    private ValueInfo Value(ValueInfoProto message, string what)
    {
        if (!IsTensor(message)) throw Refuse($"{what} '{message.Name}' has no tensor type; sequences, maps and optionals are not supported.");
        var tensor = message.Type.TensorType;
        var type = (ElementType)tensor.ElemType;
        if (!Enum.IsDefined(type)) throw Refuse($"{what} '{message.Name}' has element type {tensor.ElemType}, which is not supported.");
        return new ValueInfo(message.Name, type, tensor.Shape is null ? null : [.. tensor.Shape.Dim.Select(d => Dim(d, message.Name))]) { DocString = message.DocString };
    }

    private Dim Dim(TensorShapeProto.Types.Dimension message, string name) => message switch
    {
        { HasDimValue: true, DimValue: >= 0 } => message.DimValue,
        { HasDimValue: true } => throw Refuse($"value '{name}' has an axis of length {message.DimValue}."),
        { HasDimParam: true, DimParam.Length: > 0 } => message.DimParam,
        _ => default,
    };

    private InvalidOnnxFileException Refuse(string problem) => new(source, problem);

    private static bool IsOnnx(string domain) => domain is "" or "ai.onnx";

    private static bool IsTensor(ValueInfoProto value) => value.Type?.TensorType is not null;
}
