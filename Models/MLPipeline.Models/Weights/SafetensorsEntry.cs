using static TorchSharp.torch;

namespace MLPipeline.Models.Weights;

/// <summary>A tensor in a safetensors file.</summary>
/// <param name="Name">Its key. It names nothing but the tensor: no file is ever made of it.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Shape">Its axes; empty for a scalar.</param>
/// <param name="Offset">Where its bytes begin, counted from the end of the header.</param>
/// <param name="Length">How many there are.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary><c>Float32 [64,3,7,7]</c>.</summary>
    public override string ToString() => $"{Type} [{string.Join(',', Shape)}]";
}
