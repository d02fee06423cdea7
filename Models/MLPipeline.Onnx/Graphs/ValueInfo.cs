namespace MLPipeline.Onnx.Graphs;

/// <summary>A named value's type and shape.</summary>
/// <param name="Name">The value's name, unique in its graph.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Shape">Its axes, empty for a scalar; <see langword="null"/> when even the rank is unknown.</param>
public sealed record ValueInfo(string Name, ElementType Type, IReadOnlyList<Dim>? Shape)
{
    /// <summary>A human's description; may be empty.</summary>
    public string DocString { get; init; } = "";

    /// <summary>The product of the axes, or <see langword="null"/> while any of them is unknown.</summary>
    public long? ElementCount
    {
        get
        {
            if (Shape is null) return null;
            var count = 1L;
            foreach (var dim in Shape)
            {
                if (dim.Value is not { } length) return null;
                count = checked(count * length);
            }

            return count;
        }
    }

    /// <summary><c>float[batch,1,28,28]</c>; the rank unknown: <c>float[..]</c>.</summary>
    public string TypeText => $"{Type.OnnxName()}[{(Shape is null ? ".." : string.Join(',', Shape))}]";

    /// <summary><c>%name: float[batch,1,28,28]</c>.</summary>
    public override string ToString() => $"%{Name}: {TypeText}";
}
