using System.Globalization;

namespace MLPipeline.Inference;

/// <summary>One axis of a declared shape: a size, a name such as <c>batch</c>, or unknown (neither).</summary>
/// <param name="Value">The size, when it is fixed.</param>
/// <param name="Symbol">The axis' name, when it is free and has one.</param>
public readonly record struct Dimension(long? Value, string? Symbol)
{
    /// <summary>Whether the size is part of the model.</summary>
    public bool IsFixed => Value is not null;

    /// <summary>Whether a tensor with <paramref name="size"/> along this axis is acceptable.</summary>
    public bool Accepts(long size) => Value is null || Value == size;

    /// <summary>The size, the name, or a question mark.</summary>
    public override string ToString() => Value?.ToString(CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}
