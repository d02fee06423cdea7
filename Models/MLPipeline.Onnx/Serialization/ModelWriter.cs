using System.Globalization;
using Google.Protobuf;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;
using AttributeType = MLPipeline.Onnx.Serialization.Messages.AttributeProto.Types.AttributeType;

namespace MLPipeline.Onnx.Serialization;

/// <summary>The graph's types to the file's messages. An absent optional field is left out of the file.</summary>
internal static class ModelWriter
{
    /// <summary>The message.</summary>
    /// <param name="model">The model.</param>
    /// <param name="external">Which initializers lie in another file; null for none.</param>
    public static ModelProto Message(Model model, ExternalLayout? external = null)
    {
        var message = new ModelProto
        {
            IrVersion = model.IrVersion,
            ProducerName = model.ProducerName,
            ProducerVersion = model.ProducerVersion,
            Domain = model.Domain,
            ModelVersion = model.ModelVersion,
            DocString = model.DocString,
            Graph = Message(model.Graph, external),
        };
        message.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = model.Opset });
        message.OpsetImport.Add(model.OtherOpsets.Select(o => new OperatorSetIdProto { Domain = o.Key, Version = o.Value }));
        message.MetadataProps.Add(model.Metadata.Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
        return message;
    }

    private static GraphProto Message(Graph graph, ExternalLayout? external = null)
    {
        var message = new GraphProto { Name = graph.Name };
        if (graph.DocString.Length > 0) message.DocString = graph.DocString;
        message.Node.Add(graph.Nodes.Select(Message));
        message.Initializer.Add(graph.Initializers.Select(i =>
            external?.OffsetOf(i.Key) is { } offset ? Elsewhere(i.Value, i.Key, external.Location, offset) : Message(i.Value, i.Key)));
        message.Input.Add(graph.Inputs.Select(Message));
        message.Output.Add(graph.Outputs.Select(Message));

        // ONNX wants value_info for values in between only.
        var stated = graph.Inputs.Concat(graph.Outputs).Select(v => v.Name).ToHashSet();
        message.ValueInfo.Add(graph.Values.Values.Where(v => !stated.Contains(v.Name)).Select(Message));
        return message;
    }

    private static NodeProto Message(Node node)
    {
        var message = new NodeProto { OpType = node.OpType, Name = node.Name };
        if (node.Domain.Length > 0) message.Domain = node.Domain;
        if (node.DocString.Length > 0) message.DocString = node.DocString;
        message.Input.Add(node.Inputs);
        message.Output.Add(node.Outputs);
        message.Attribute.Add(node.Attributes.Select(a => Message(a.Key, a.Value)));
        return message;
    }

    private static AttributeProto Message(string name, AttributeValue value)
    {
        var message = value switch
        {
            AttributeValue.Int a => new AttributeProto { Type = AttributeType.Int, I = a.Value },
            AttributeValue.Float a => new AttributeProto { Type = AttributeType.Float, F = a.Value },
            AttributeValue.String a => new AttributeProto { Type = AttributeType.String, S = ByteString.CopyFromUtf8(a.Value) },
            AttributeValue.Tensor a => new AttributeProto { Type = AttributeType.Tensor, T = Message(a.Value, "") },
            AttributeValue.Graph a => new AttributeProto { Type = AttributeType.Graph, G = Message(a.Value) },
            AttributeValue.Ints a => new AttributeProto { Type = AttributeType.Ints, Ints = { a.Value } },
            AttributeValue.Floats a => new AttributeProto { Type = AttributeType.Floats, Floats = { a.Value } },
            AttributeValue.Strings a => new AttributeProto { Type = AttributeType.Strings, Strings = { a.Value.Select(ByteString.CopyFromUtf8) } },
            _ => throw new NotSupportedException($"Attribute '{name}' of kind {value.GetType().Name} cannot be written."),
        };
        message.Name = name;
        return message;
    }

    public static TensorProto Message(TensorData data, string name) => new()
    {
        Name = name,
        DataType = (int)data.Type,
        Dims = { data.Dims },
        RawData = UnsafeByteOperations.UnsafeWrap(data.Bytes),
    };

    private static TensorProto Elsewhere(TensorData data, string name, string location, long offset) => new()
    {
        Name = name,
        DataType = (int)data.Type,
        Dims = { data.Dims },
        DataLocation = TensorProto.Types.DataLocation.External,
        ExternalData =
        {
            new StringStringEntryProto { Key = "location", Value = location },
            new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) },
            new StringStringEntryProto { Key = "length", Value = data.Content.Length.ToString(CultureInfo.InvariantCulture) },
        },
    };

    private static ValueInfoProto Message(ValueInfo value)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)value.Type };
        if (value.Shape is not null)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.Add(value.Shape.Select(Message));
        }

        var message = new ValueInfoProto { Name = value.Name, Type = new TypeProto { TensorType = tensor } };
        if (value.DocString.Length > 0) message.DocString = value.DocString;
        return message;
    }

    private static TensorShapeProto.Types.Dimension Message(Dim dim)
    {
        var message = new TensorShapeProto.Types.Dimension();
        if (dim.Value is { } value) message.DimValue = value;
        else if (dim.Symbol is { } symbol) message.DimParam = symbol;
        return message;
    }
}
