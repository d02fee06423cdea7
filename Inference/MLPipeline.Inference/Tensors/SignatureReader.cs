using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Tensors;

/// <summary>Reads a session's declared inputs and outputs.</summary>
internal static class SignatureReader
{
    /// <exception cref="ModelLoadException">An input or output is not a tensor, or of a type .NET cannot hold.</exception>
    public static ModelSignature Read(InferenceSession session, string source) => new(
        [.. session.InputNames.Select(name => Tensor(name, session.InputMetadata[name], source))],
        [.. session.OutputNames.Select(name => Tensor(name, session.OutputMetadata[name], source))]);

    private static TensorSignature Tensor(string name, NodeMetadata metadata, string source)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
            throw new ModelLoadException(source, $"'{name}' is a {metadata.OnnxValueType}; only tensors are supported. Export without ZipMap and the like.");
        var elementType = (TensorElementType)(int)metadata.ElementDataType;
        if (!Enum.IsDefined(elementType))
            throw new ModelLoadException(source, $"'{name}' holds {metadata.ElementDataType}, which is not supported. Add a Cast to float to the graph.");
        return new TensorSignature(name, elementType, Shape(metadata));
    }

    private static Dimension[] Shape(NodeMetadata metadata) =>
        [.. metadata.Dimensions.Select((size, axis) => size >= 0 ? new Dimension(size, null) : Free(metadata, axis))];

    private static Dimension Free(NodeMetadata metadata, int axis)
    {
        var name = axis < metadata.SymbolicDimensions.Length ? metadata.SymbolicDimensions[axis] : "";
        return new Dimension(null, string.IsNullOrEmpty(name) ? null : name);
    }
}
