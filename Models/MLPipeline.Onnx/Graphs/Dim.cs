namespace MLPipeline.Onnx.Graphs;

/// <summary>One axis length: a number, a symbol such as <c>batch</c>, or unknown (the default value).</summary>
public readonly record struct Dim
{
    /// <summary>A known length, 0 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public Dim(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>A length known only by name; equal symbols in one graph mean equal lengths.</summary>
    public Dim(string symbol)
    {
        ArgumentException.ThrowIfNullOrEmpty(symbol);
        Symbol = symbol;
    }

    /// <summary>The length, when it is known.</summary>
    public long? Value { get; }

    /// <summary>The symbol, when the length is symbolic.</summary>
    public string? Symbol { get; }

    /// <summary>A known length.</summary>
    public static implicit operator Dim(long value) => new(value);

    /// <summary>A symbolic length.</summary>
    public static implicit operator Dim(string symbol) => new(symbol);

    /// <summary>The number, the symbol, or <c>?</c>.</summary>
    public override string ToString() => Value?.ToString() ?? Symbol ?? "?";
}
