using static TorchSharp.torch;

namespace MLPipeline.Training.Datasets;

/// <summary>
/// Reads images and labels in the IDX format of MNIST and its descendants, plain or gzipped, whatever the file's name. Everything the
/// header promises is checked against what is there, and memory grows with the data that arrive, not with what a header claims.
/// </summary>
/// <remarks>
/// The format: two zero bytes, the element type (8: unsigned byte), the number of dimensions, each size as a big-endian 32-bit number,
/// then the elements, last dimension fastest.
/// </remarks>
public static class IdxReader
{
    /// <summary>Reads a file of gray images.</summary>
    /// <param name="path">An idx3-ubyte file.</param>
    /// <returns>uint8 [count, 1, height, width]; the caller disposes it.</returns>
    /// <exception cref="DatasetException">The file is missing, damaged or something else; the message says where and what to do.</exception>
    public static Tensor ReadImages(string path) => Images(IdxContent.Read(path, dimensions: 3));

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">An idx1-ubyte file.</param>
    /// <param name="classCount">Every label must be below it; 1 to 256.</param>
    /// <returns>int64 [count]; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is outside its range.</exception>
    /// <exception cref="DatasetException">The file is missing, damaged or something else; the message says where and what to do.</exception>
    public static Tensor ReadLabels(string path, int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, byte.MaxValue + 1);
        return Labels(IdxContent.Read(path, dimensions: 1), classCount);
    }

    internal static Tensor Images(IdxContent content) =>
        tensor(content.Elements, [content.Size(0), 1, content.Size(1), content.Size(2)], ScalarType.Byte);

    internal static Tensor Labels(IdxContent content, int classCount)
    {
        if (content.Elements.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1)) is >= 0 and var index)
            throw new DatasetException(content.Source,
                $"label number {index} is {content.Elements[index]}, but there are {classCount} classes, 0 to {classCount - 1}. {IdxContent.GetAgain}",
                content.Header.Length + index);
        using var scope = NewDisposeScope();
        return tensor(content.Elements, [content.Size(0)], ScalarType.Byte).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }
}
