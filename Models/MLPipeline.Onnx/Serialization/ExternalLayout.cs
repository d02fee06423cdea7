using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Serialization;

/// <summary>Which initializers lie in the data file, and where.</summary>
internal sealed class ExternalLayout
{
    /// <summary>What the data file is called after the model.</summary>
    public const string Suffix = ".data";

    // ONNX asks for offsets at page boundaries, so that a runtime can map them: a page on most systems, and for tensors where the gap does
    // not matter the coarser 64 KiB at which Windows maps.
    private const long PageBytes = 4096;
    private const long WindowsBytes = 64 * 1024;
    private const long LargeTensor = 1024 * 1024;

    private readonly OrderedDictionary<string, (long Offset, TensorData Data)> _places = [];

    private ExternalLayout(string location) => Location = location;

    /// <summary>The data file's name, as the model gives it.</summary>
    public string Location { get; }

    /// <summary>The data file's size.</summary>
    public long Length { get; private set; }

    /// <summary>Each tensor's place, in the order of the file.</summary>
    public IEnumerable<(long Offset, TensorData Data)> Places => _places.Values;

    /// <summary>Lays out the initializers of a graph that have at least <paramref name="smallest"/> bytes.</summary>
    public static ExternalLayout Of(Graph graph, string location, int smallest)
    {
        var layout = new ExternalLayout(location);
        foreach (var (name, data) in graph.Initializers.Where(i => i.Value.Content.Length >= smallest))
        {
            var step = data.Content.Length >= LargeTensor ? WindowsBytes : PageBytes;
            var offset = (layout.Length + step - 1) / step * step;
            layout._places.Add(name, (offset, data));
            layout.Length = offset + data.Content.Length;
        }

        return layout;
    }

    /// <summary>Where a tensor begins; null when it stays inside the model.</summary>
    public long? OffsetOf(string name) => _places.TryGetValue(name, out var place) ? place.Offset : null;

    /// <summary>Writes the data file's content.</summary>
    public void WriteTo(Stream stream)
    {
        var zeros = new byte[WindowsBytes];
        var at = 0L;
        foreach (var (offset, data) in Places)
        {
            stream.Write(zeros.AsSpan(0, (int)(offset - at)));
            foreach (var piece in data.Content) stream.Write(piece.Span);
            at = offset + data.Content.Length;
        }
    }
}
