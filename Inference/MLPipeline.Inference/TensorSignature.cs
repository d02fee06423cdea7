namespace MLPipeline.Inference;

/// <summary>What a model declares about one of its inputs or outputs.</summary>
/// <param name="Name">The tensor's name in the graph.</param>
/// <param name="ElementType">What it holds.</param>
/// <param name="Shape">Its axes, outermost first. Empty for a scalar, and for a tensor whose rank the model leaves open.</param>
public sealed record TensorSignature(string Name, TensorElementType ElementType, IReadOnlyList<Dimension> Shape)
{
    /// <summary>The declared shape as text, for example <c>[batch,1,28,28]</c>.</summary>
    public string ShapeText => $"[{string.Join(',', Shape)}]";

    /// <summary>For example <c>input: Float[batch,1,28,28]</c>.</summary>
    public override string ToString() => $"{Name}: {ElementType}{ShapeText}";

    /// <summary>Whether a tensor of this shape may be fed: the same rank, and the same size along every fixed axis.</summary>
    /// <param name="shape">The sizes, outermost first.</param>
    public bool Accepts(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        // An empty declared shape does not tell a scalar from an open rank; ONNX Runtime itself knows, and checks.
        if (Shape.Count == 0)
            return true;
        return Shape.Count == shape.Count && Shape.Zip(shape).All(pair => pair.First.Accepts(pair.Second));
    }
}
