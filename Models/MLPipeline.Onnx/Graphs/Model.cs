namespace MLPipeline.Onnx.Graphs;

/// <summary>What an ONNX file holds: one graph, the versions it asks for, and facts about it.</summary>
public sealed class Model
{
    /// <summary>A model over a graph.</summary>
    public Model(Graph graph) => Graph = graph;

    /// <summary>The network.</summary>
    public Graph Graph { get; }

    /// <summary>Version of ONNX's own operator set. 17 by default: ONNX Runtime 1.12 and later read it.</summary>
    public int Opset { get; set; } = 17;

    /// <summary>Version of the file format itself. 8 by default, the one that goes with opset 17.</summary>
    public int IrVersion { get; set; } = 8;

    /// <summary>Other operator sets in use: domain to version.</summary>
    public OrderedDictionary<string, long> OtherOpsets { get; } = [];

    /// <summary>The tool that wrote the file.</summary>
    public string ProducerName { get; set; } = "MLPipeline";

    /// <summary>That tool's version.</summary>
    public string ProducerVersion { get; set; } = "";

    /// <summary>The model's own domain, in reverse-DNS form; may be empty.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The model's own version.</summary>
    public long ModelVersion { get; set; }

    /// <summary>A human's description; may be empty.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Facts that travel with the file (<c>metadata_props</c>), in order.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = [];
}
