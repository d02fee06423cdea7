namespace MLPipeline.Onnx.Serialization;

/// <summary>When weights go into a file of their own, <c>name.onnx.data</c> beside <c>name.onnx</c>.</summary>
/// <remarks>
/// ONNX calls it external data. A model inside one file is easier to handle, and ends before 2 GiB, which is as much as protobuf can hold.
/// Small constants stay inside in any case: a runtime wants shapes and axes at hand while it reads the graph.
/// </remarks>
public sealed record ExternalData
{
    /// <summary>Protobuf cannot hold more in one message, so neither can one ONNX file.</summary>
    public const long MaxModelBytes = int.MaxValue;

    private ExternalData(long largestModel) => LargestModel = largestModel;

    /// <summary>Only when the model would not fit into one file.</summary>
    public static ExternalData Auto { get; } = new(MaxModelBytes);

    /// <summary>Always, whatever the size.</summary>
    public static ExternalData Always { get; } = new(0);

    /// <summary>The size, in bytes, up to which a model is one file; 0 to <see cref="MaxModelBytes"/>.</summary>
    public long LargestModel { get; }

    /// <summary>Constants of fewer bytes stay inside. Default: 1024.</summary>
    public int SmallestTensor { get; init; } = 1024;

    /// <summary>When the model would have more than <paramref name="bytes"/> bytes in one file.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative, or more than one file can hold.</exception>
    public static ExternalData Above(long bytes)
    {
        if (bytes is < 0 or > MaxModelBytes)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"The largest size of a model in one file must be 0 to {MaxModelBytes:N0} bytes.");
        return new ExternalData(bytes);
    }
}
