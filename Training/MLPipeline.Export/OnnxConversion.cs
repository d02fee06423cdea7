using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>
/// One recorded call of a module or method that has a converter of its own, and the graph its nodes go to. Values are known by name; a
/// converter adds nodes and returns the names of the call's results. One that can't express a call throws a <see cref="ConversionException"/>.
/// </summary>
public sealed class OnnxConversion
{
    private readonly ConversionContext _context;

    internal OnnxConversion(ConversionContext context) => _context = context;

    /// <summary>The opset the file is written for: an operator that came later has to be written with others, or refused.</summary>
    public int Opset => _context.Opset;

    /// <summary>The path of the module the call is in: <c>layer3.0.act</c>; empty at the top.</summary>
    public string ModulePath => _context.Place.ModulePath;

    /// <summary>The names of all tensors the call was given, in the order of its parameters; the module's own are not among them.</summary>
    public IReadOnlyList<string> Inputs => _context.TensorsGiven;

    /// <summary>What the call's first result holds.</summary>
    public ElementType ResultType => ElementTypeMap.Of(_context.ResultType);

    /// <summary>How many tensors the call gives.</summary>
    public int ResultCount => _context.Results.Count;

    /// <summary>The module whose <c>forward</c> the call is: what it computes with, such as a slope or a kernel size, is read from it.</summary>
    /// <exception cref="ExportException">The call is of no such module; the export is refused.</exception>
    public TModule Module<TModule>()
        where TModule : nn.Module => _context.Argument("self") is Argument.Module { Instance: TModule module }
            ? module
            : throw new ConversionException($"its converter asks for a module of class {typeof(TModule).Name}, which the call is not of");

    /// <summary>The name of one of that module's parameters or buffers, its children's included: <c>weight</c>, <c>inner.bias</c>.</summary>
    /// <exception cref="ExportException">It has none of that name; the export is refused.</exception>
    public string Weight(string name) => _context.HasState(name)
        ? _context.State(name)
        : throw new ConversionException($"its converter asks for a parameter or buffer '{name}', which the module does not have");

    /// <summary>Whether a parameter of the method was given something other than null.</summary>
    public bool Has(string parameter) => _context.Has(parameter);

    /// <summary>The name of a tensor argument.</summary>
    public string Tensor(string parameter) => _context.Tensor(parameter);

    /// <summary>The names of a list of tensors.</summary>
    public IReadOnlyList<string> Tensors(string parameter) => _context.Tensors(parameter);

    /// <summary>What a tensor argument holds.</summary>
    public ElementType TypeOf(string parameter) => ElementTypeMap.Of(_context.Value(parameter).Type);

    /// <summary>The number of axes of a tensor argument.</summary>
    public int RankOf(string parameter) => _context.Rank(parameter);

    /// <summary>An integer argument, which must not depend on a symbolic length.</summary>
    public long Integer(string parameter) => _context.Int(parameter);

    /// <summary>A list of integers, none of which may depend on a symbolic length.</summary>
    public IReadOnlyList<long> Integers(string parameter) => _context.Ints(parameter);

    /// <summary>A number, which must not depend on a symbolic length.</summary>
    public double Number(string parameter) => _context.Number(parameter);

    /// <summary>A truth value.</summary>
    public bool Flag(string parameter) => _context.Bool(parameter);

    /// <summary>A text, an enum or another object, as it is; null when it was not given.</summary>
    public object? Value(string parameter) => _context.Literal(parameter);

    /// <summary>Adds a node of ONNX's own operators, with one output, and returns its name.</summary>
    public string Node(string op, IEnumerable<string> inputs, params IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        _context.Op(op, inputs, attributes);

    /// <summary>Adds a node of ONNX's own operators, with several outputs, and returns their names.</summary>
    public IReadOnlyList<string> Nodes(string op, IEnumerable<string> inputs, int outputs, params IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        _context.Ops(op, inputs, outputs, attributes);

    /// <summary>Adds a node of another domain's operators, with one output, and returns its name.</summary>
    /// <param name="domain">For example <c>com.microsoft</c>, whose operators ONNX Runtime has, or one's own.</param>
    /// <param name="version">The version of that operator set; the file asks for it.</param>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Names of values.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <remarks>Where ONNX Runtime does not know the operator the file can't be verified: set <see cref="OnnxExportOptions.Verify"/> to false, and verify where it is registered.</remarks>
    public string CustomNode(string domain, long version, string op, IEnumerable<string> inputs, params IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        CustomNodes(domain, version, op, inputs, 1, attributes)[0];

    /// <summary>Adds a node of another domain's operators, with several outputs, and returns their names.</summary>
    public IReadOnlyList<string> CustomNodes(
        string domain, long version, string op, IEnumerable<string> inputs, int outputs, params IEnumerable<(string Name, AttributeValue Value)> attributes)
    {
        if (string.IsNullOrWhiteSpace(domain) || domain == "ai.onnx" || version < 1)
            throw new ConversionException($"its converter asks for operator {op} of domain '{domain}', version {version}; a domain of its own and a version of 1 or more are needed");
        return _context.OpsOf(domain, version, op, inputs, outputs, attributes);
    }

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(TensorData data) => _context.Constant(data);

    /// <summary>Adds a number of the first result's type and returns its name.</summary>
    public string Constant(double value) => _context.Scalar(value, _context.ResultType);
}
