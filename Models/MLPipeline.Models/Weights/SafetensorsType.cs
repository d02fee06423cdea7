using static TorchSharp.torch;

namespace MLPipeline.Models.Weights;

/// <summary>The element types that safetensors and TorchSharp share.</summary>
internal static class SafetensorsType
{
    private static readonly (string Name, ScalarType Type, int Bytes)[] All =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(t => t.Name));

    /// <summary>TorchSharp's type; null when it has none.</summary>
    public static ScalarType? TypeOf(string name) => All.Where(t => t.Name == name).Select(t => (ScalarType?)t.Type).FirstOrDefault();

    /// <summary>The name in a file; null when there is none.</summary>
    public static string? NameOf(ScalarType type) => All.Where(t => t.Type == type).Select(t => t.Name).FirstOrDefault();

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(ScalarType type) => All.First(t => t.Type == type).Bytes;
}
