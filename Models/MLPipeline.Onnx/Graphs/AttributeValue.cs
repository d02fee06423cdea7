namespace MLPipeline.Onnx.Graphs;

/// <summary>A node attribute: one of the eight kinds we read and write. Lists and tensors compare by content.</summary>
public abstract record AttributeValue
{
    private AttributeValue()
    {
    }

    /// <summary>An integer.</summary>
    public static implicit operator AttributeValue(long value) => new Int(value);

    /// <summary>A number.</summary>
    public static implicit operator AttributeValue(float value) => new Float(value);

    /// <summary>A text.</summary>
    public static implicit operator AttributeValue(string value) => new String(value);

    /// <summary>A list of integers.</summary>
    public static implicit operator AttributeValue(long[] value) => new Ints(value);

    /// <summary>A list of numbers.</summary>
    public static implicit operator AttributeValue(float[] value) => new Floats(value);

    /// <summary>A list of texts.</summary>
    public static implicit operator AttributeValue(string[] value) => new Strings(value);

    /// <summary>A constant tensor.</summary>
    public static implicit operator AttributeValue(TensorData value) => new Tensor(value);

    /// <summary>An integer; ONNX also stores booleans and element types so.</summary>
    /// <param name="Value">The integer.</param>
    public sealed record Int(long Value) : AttributeValue;

    /// <summary>A 32-bit number.</summary>
    /// <param name="Value">The number.</param>
    public sealed record Float(float Value) : AttributeValue;

    /// <summary>A text, UTF-8 in the file.</summary>
    /// <param name="Value">The text.</param>
    public sealed record String(string Value) : AttributeValue;

    /// <summary>A list of integers.</summary>
    /// <param name="Value">The integers.</param>
    public sealed record Ints(IReadOnlyList<long> Value) : AttributeValue
    {
        /// <inheritdoc/>
        public bool Equals(Ints? other) => other is not null && Value.SequenceEqual(other.Value);

        /// <inheritdoc/>
        public override int GetHashCode() => HashOf(Value);
    }

    /// <summary>A list of 32-bit numbers.</summary>
    /// <param name="Value">The numbers.</param>
    public sealed record Floats(IReadOnlyList<float> Value) : AttributeValue
    {
        /// <inheritdoc/>
        public bool Equals(Floats? other) => other is not null && Value.SequenceEqual(other.Value);

        /// <inheritdoc/>
        public override int GetHashCode() => HashOf(Value);
    }

    /// <summary>A list of texts.</summary>
    /// <param name="Value">The texts.</param>
    public sealed record Strings(IReadOnlyList<string> Value) : AttributeValue
    {
        /// <inheritdoc/>
        public bool Equals(Strings? other) => other is not null && Value.SequenceEqual(other.Value);

        /// <inheritdoc/>
        public override int GetHashCode() => HashOf(Value);
    }

    /// <summary>A constant tensor.</summary>
    /// <param name="Value">The tensor.</param>
    public sealed record Tensor(TensorData Value) : AttributeValue
    {
        /// <inheritdoc/>
        public bool Equals(Tensor? other) => other is not null && Value.ContentEquals(other.Value);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Value.Type, Value.Count);
    }

    /// <summary>A body graph, as <c>If</c> and <c>Loop</c> carry. Compares by reference.</summary>
    /// <param name="Value">The body.</param>
    public sealed record Graph(Graphs.Graph Value) : AttributeValue;

    private static int HashOf<T>(IReadOnlyList<T> values)
    {
        var hash = new HashCode();
        foreach (var value in values) hash.Add(value);
        return hash.ToHashCode();
    }
}
