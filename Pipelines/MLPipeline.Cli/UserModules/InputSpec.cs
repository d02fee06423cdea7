using System.Globalization;
using static TorchSharp.torch;

namespace MLPipeline.Cli.UserModules;

/// <summary>An input of a module as the command line gives it: <c>[name:][type:]1x3x224x224[:low..high]</c>.</summary>
/// <param name="Name">Its name in the file; null for the default.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Shape">Its axes; empty for a scalar.</param>
/// <param name="Range">The least and the largest element, both included; null for the default: the unit normal distribution, or 0 and 1 for integers.</param>
internal sealed record InputSpec(string? Name, ScalarType Type, long[] Shape, (double Low, double High)? Range)
{
    /// <summary>How to write one, for help and errors.</summary>
    public const string Form = "[NAME:][TYPE:]SHAPE[:LOW..HIGH]";

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["float32"] = ScalarType.Float32,
        ["float"] = ScalarType.Float32,
        ["float64"] = ScalarType.Float64,
        ["double"] = ScalarType.Float64,
        ["float16"] = ScalarType.Float16,
        ["int64"] = ScalarType.Int64,
        ["long"] = ScalarType.Int64,
        ["int32"] = ScalarType.Int32,
        ["int"] = ScalarType.Int32,
        ["int16"] = ScalarType.Int16,
        ["int8"] = ScalarType.Int8,
        ["uint8"] = ScalarType.Byte,
        ["byte"] = ScalarType.Byte,
        ["bool"] = ScalarType.Bool,
    };

    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">It is not of that form.</exception>
    public static InputSpec Parse(string text)
    {
        var parts = text.Split(':').ToList();
        var range = parts.Count > 1 && parts[^1].Contains("..", StringComparison.Ordinal) ? RangeOf(parts[^1], text) : ((double, double)?)null;
        if (range is not null)
            parts.RemoveAt(parts.Count - 1);
        var shape = ShapeOf(parts[^1], text);
        return parts switch
        {
            [_] => new InputSpec(null, ScalarType.Float32, shape, range),
            [var word, _] => Types.TryGetValue(word, out var type) ? new InputSpec(null, type, shape, range) : new InputSpec(NameOf(word, text), ScalarType.Float32, shape, range),
            [var name, var word, _] => new InputSpec(NameOf(name, text), Types.TryGetValue(word, out var type)
                ? type
                : throw Wrong(text, $"'{word}' is no type: {string.Join(", ", Types.Keys)}"), shape, range),
            _ => throw Wrong(text, "there are too many parts"),
        };
    }

    /// <summary>A tensor of this shape and type with random elements, always the same.</summary>
    public Tensor Example()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        var integral = Type is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16);
        if (!integral && Range is null)
            return randn(Shape, generator: generator).to(Type).MoveToOuterDisposeScope();
        var (low, high) = Range ?? (0, 1);
        var values = integral
            ? randint((long)low, (long)high + 1, Shape, dtype: ScalarType.Int64, generator: generator)
            : rand(Shape, dtype: ScalarType.Float64, generator: generator) * (high - low) + low;
        return values.to(Type).MoveToOuterDisposeScope();
    }

    private static string NameOf(string name, string text) => string.IsNullOrWhiteSpace(name) ? throw Wrong(text, "the name is empty") : name;

    private static long[] ShapeOf(string word, string text)
    {
        if (word.Equals("scalar", StringComparison.OrdinalIgnoreCase))
            return [];
        return [.. word.Split('x').Select(axis => long.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0
            ? length
            : throw Wrong(text, $"'{word}' is no shape such as 1x3x224x224, or 'scalar'"))];
    }

    private static (double, double) RangeOf(string word, string text)
    {
        var ends = word.Split("..");
        return ends.Length == 2
            && double.TryParse(ends[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var low)
            && double.TryParse(ends[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var high)
            && double.IsFinite(low) && double.IsFinite(high) && low <= high
            ? (low, high)
            : throw Wrong(text, $"'{word}' is no range such as 0..999");
    }

    private static UsageException Wrong(string text, string why) => new($"--input is '{text}': {why}. It must be {Form}.");
}
