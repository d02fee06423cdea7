using MLPipeline.Export.Converters.Lengths;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>One recorded call, and the graph its nodes go to. Arguments are asked for by the names of TorchSharp's parameters.</summary>
internal sealed class ConversionContext(GraphBuilder builder, TracedCall call, int opset)
{
    /// <summary>The opset the file is written for.</summary>
    public int Opset { get; } = opset;

    /// <summary>The operator's key.</summary>
    public string Key => call.Key;

    /// <summary>Where the call was made.</summary>
    public CallPlace Place => call.Place;

    /// <summary>The names of all tensors among the arguments, in their order; those of a module are not.</summary>
    public IReadOnlyList<string> TensorsGiven => [.. ArgumentReader.Values(call.Arguments.Values.Where(a => a is not Tracing.Recording.Argument.Module)).Select(builder.NameOf)];

    /// <summary>The result's type.</summary>
    public ScalarType ResultType => call.Results[0].Type;

    /// <summary>The results as traced.</summary>
    public IReadOnlyList<TracedValue> Results => call.Results;

    /// <summary>Whether the method has such a parameter and it was given something.</summary>
    public bool Has(string parameter) => call.Arguments.TryGetValue(parameter, out var a) && a is not Argument.Literal { Value: null };

    /// <summary>An argument as recorded; null when it was not given.</summary>
    public Argument? Argument(string parameter) => Has(parameter) ? call.Arguments[parameter] : null;

    /// <summary>The first of several parameter names that was given: overloads name the same thing differently.</summary>
    public string FirstOf(params ReadOnlySpan<string> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (Has(parameter))
                return parameter;
        }

        throw new ConversionException($"none of {string.Join(", ", parameters.ToArray())} was given");
    }

    /// <summary>A tensor argument as traced.</summary>
    public TracedValue Value(string parameter) => Argument(parameter) switch
    {
        Tracing.Recording.Argument.TensorValue tensor => tensor.Value,
        var other => throw new ConversionException($"'{parameter}' is {other?.GetType().Name ?? "not given"} where a tensor is expected"),
    };

    /// <summary>The module whose method the call is.</summary>
    public TModule Module<TModule>()
        where TModule : nn.Module => (TModule)Receiver.Instance;

    /// <summary>Refuses that module in training mode, where it drops elements at random.</summary>
    /// <exception cref="ConversionException">It is in training mode.</exception>
    public void RefuseTraining()
    {
        if (Receiver.IsTraining)
            throw new ConversionException("it is in training mode, in which it drops elements at random: no module has registered it as its own. Register it, with RegisterComponents or register_module, or call its eval()");
    }

    /// <summary>Whether that module has such a parameter or buffer.</summary>
    public bool HasState(string name) => Argument("self") is Tracing.Recording.Argument.Module { States: var states } && states.ContainsKey(name);

    /// <summary>The name of one of that module's parameters or buffers.</summary>
    public string State(string name) => builder.NameOf(Receiver.States[name].Value);

    /// <summary>The name of a tensor the module computes with: a table given at its creation is not always the one it has registered under that name.</summary>
    public string State(string name, Tensor actual) => TensorMemory.Of(actual) == TensorMemory.Of(Receiver.Instance.get_parameter(name)!)
        ? State(name)
        : Constant(GraphBuilder.Data(actual));

    /// <summary>The name of a tensor argument.</summary>
    public string Tensor(string parameter) => NameOf(Value(parameter));

    /// <summary>The name of a tensor argument; empty, as ONNX writes an absent input, when it was not given.</summary>
    public string OptionalTensor(string parameter) => Has(parameter) ? Tensor(parameter) : "";

    /// <summary>The names of a list of tensors.</summary>
    public IReadOnlyList<string> Tensors(string parameter) => [.. Items(parameter).Select(NameOf)];

    /// <summary>The number of axes of a tensor argument.</summary>
    public int Rank(string parameter) => Value(parameter).Shape.Length;

    /// <summary>The length of an axis of a tensor argument, which must not be symbolic.</summary>
    public long Length(string parameter, long axis)
    {
        var value = Value(parameter);
        var at = Axis(axis, value.Shape.Length);
        return value.Dims![(int)at] is { IsConstant: true } length
            ? (long)length.Constant
            : throw new ConversionException($"axis {at} of '{parameter}' is symbolic, and this operator needs its length; export with that axis fixed");
    }

    /// <summary>An integer that must not depend on symbolic lengths.</summary>
    public long Int(string parameter, long? fallback = null) => Argument(parameter) switch
    {
        null when fallback is not null => fallback.Value,
        Tracing.Recording.Argument.Integer { Value.IsConstant: true } i => ToInt64(i.Value.Constant),
        Tracing.Recording.Argument.Integer => throw new ConversionException($"'{parameter}' depends on a symbolic length; it must be fixed"),
        Tracing.Recording.Argument.Literal { Value: long value } => throw TooLarge(value),
        var other => throw new ConversionException($"'{parameter}' is {other?.GetType().Name ?? "not given"} where an integer is expected"),
    };

    /// <summary>A list of integers, none of which depends on symbolic lengths; a single integer is a list of one.</summary>
    public long[] Ints(string parameter, params long[] fallback)
    {
        if (!Has(parameter))
            return fallback;
        return [.. Lengths(parameter).Select(l => l.IsConstant
            ? ToInt64(l.Constant)
            : throw new ConversionException($"'{parameter}' depends on a symbolic length; it must be fixed"))];
    }

    /// <summary>One integer for each spatial axis; a single one stands for all of them.</summary>
    public long[] PerAxis(string parameter, int spatial, params long[] fallback)
    {
        var values = Ints(parameter, fallback);
        return values.Length == 1 ? [.. Enumerable.Repeat(values[0], spatial)] : values;
    }

    /// <summary>A list of integers that may depend on symbolic lengths.</summary>
    public IReadOnlyList<SymbolicNumber> Lengths(string parameter) => [.. Items(parameter).Select(item => item switch
    {
        Tracing.Recording.Argument.Integer i => i.Value,
        Tracing.Recording.Argument.Literal { Value: long value } => throw TooLarge(value),
        _ => throw new ConversionException($"'{parameter}' holds {item.GetType().Name} where integers are expected"),
    })];

    /// <summary>A number that must not depend on symbolic lengths.</summary>
    public double Number(string parameter, double? fallback = null) => Argument(parameter) switch
    {
        null when fallback is not null => fallback.Value,
        Tracing.Recording.Argument.Number { Value.IsConstant: true } n => n.Value.Constant,
        Tracing.Recording.Argument.Integer { Value.IsConstant: true } i => i.Value.Constant,
        Tracing.Recording.Argument.Literal { Value: bool b } => b ? 1 : 0,
        Tracing.Recording.Argument.Literal { Value: long value } => throw TooLarge(value),
        var other => throw new ConversionException($"'{parameter}' is {other?.GetType().Name ?? "not given"} where a fixed number is expected"),
    };

    /// <summary>A truth value.</summary>
    public bool Bool(string parameter, bool fallback = false) => Argument(parameter) switch
    {
        null => fallback,
        Tracing.Recording.Argument.Literal { Value: bool b } => b,
        var other => throw new ConversionException($"'{parameter}' is {other} where true or false is expected"),
    };

    /// <summary>An enum or text as it is; null when it was not given.</summary>
    public object? Literal(string parameter) => Argument(parameter) is Tracing.Recording.Argument.Literal literal ? literal.Value : null;

    /// <summary>The items of a list argument; a single one is a list of one.</summary>
    public IReadOnlyList<Argument> Items(string parameter) => Argument(parameter) switch
    {
        Tracing.Recording.Argument.Sequence list => list.Items,
        null => throw new ConversionException($"'{parameter}' was not given"),
        var single => [single],
    };

    /// <summary>An axis counted from the front.</summary>
    public static long Axis(long axis, long rank) => axis < 0 ? axis + rank : axis;

    /// <summary>The name of a tensor inside an argument.</summary>
    public string NameOf(Argument argument) => argument is Tracing.Recording.Argument.TensorValue tensor
        ? NameOf(tensor.Value)
        : throw new ConversionException($"found {argument.GetType().Name} where a tensor is expected");

    /// <summary>Adds a node with one output and returns its name.</summary>
    public string Op(string opType, IEnumerable<string> inputs, params IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        Ops(opType, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs and returns their names.</summary>
    public IReadOnlyList<string> Ops(string opType, IEnumerable<string> inputs, int outputs, params IEnumerable<(string Name, AttributeValue Value)> attributes) =>
        Add("", opType, inputs, outputs, attributes);

    /// <summary>Adds a node of another domain, and has the file ask for that domain.</summary>
    public IReadOnlyList<string> OpsOf(
        string domain, long version, string opType, IEnumerable<string> inputs, int outputs, IEnumerable<(string Name, AttributeValue Value)> attributes)
    {
        if (!builder.Domains.TryAdd(domain, version) && builder.Domains[domain] != version)
            throw new ConversionException($"it asks for version {version} of domain {domain}, and another operator for version {builder.Domains[domain]}");
        return Add(domain, opType, inputs, outputs, attributes);
    }

    private List<string> Add(string domain, string opType, IEnumerable<string> inputs, int outputs, IEnumerable<(string Name, AttributeValue Value)> attributes)
    {
        var hint = call.Place.ModulePath.Length == 0 ? opType : $"{call.Place.ModulePath}/{opType}";
        var names = Enumerable.Range(0, outputs).Select(_ => builder.Graph.UniqueName(hint + ".out")).ToList();
        var given = inputs.Reverse().SkipWhile(i => i.Length == 0).Reverse();
        builder.Graph.Add(new Node(opType, given, names, attributes) { Domain = domain, Name = builder.Graph.UniqueName(hint), SourcePath = call.Place.ToString() });
        return names;
    }

    /// <summary>Adds a constant.</summary>
    public string Constant(TensorData data) => builder.Graph.AddInitializer("constant", data);

    /// <summary>Adds an int64 vector.</summary>
    public string Vector(params long[] values) => Constant(TensorData.Vector(values));

    /// <summary>Adds a scalar of a given type.</summary>
    public string Scalar(double value, ScalarType type) => Constant(type switch
    {
        ScalarType.Float32 => TensorData.Scalar((float)value),
        ScalarType.Float64 => TensorData.Scalar(value),
        ScalarType.Float16 => TensorData.Scalar((Half)value),
        ScalarType.Int64 => TensorData.Scalar(ToInt64(value)),
        ScalarType.Int32 => TensorData.Scalar((int)value),
        ScalarType.Int16 => TensorData.Scalar((short)value),
        ScalarType.Int8 => TensorData.Scalar((sbyte)value),
        ScalarType.Byte => TensorData.Scalar((byte)value),
        ScalarType.Bool => TensorData.Scalar(value != 0),
        _ => throw new ConversionException($"a scalar of type {type} can't be written"),
    });

    /// <summary>Casts a value unless it is of that type already.</summary>
    public string Cast(string name, ScalarType from, ScalarType to) =>
        from == to ? name : Op("Cast", [name], ("to", (long)ElementTypeMap.Of(to)));

    /// <summary>An int64 vector of lengths, some of which may be symbolic.</summary>
    /// <exception cref="ConversionException">One of them can't be worked out in the graph.</exception>
    public string ShapeVector(IReadOnlyList<SymbolicNumber> lengths)
    {
        if (lengths.All(l => l.IsConstant))
            return Vector([.. lengths.Select(l => ToInt64(l.Constant))]);
        return lengths.Count == 1 ? builder.Lengths.Vector(lengths[0]) : Op("Concat", lengths.Select(builder.Lengths.Vector), ("axis", 0L));
    }

    /// <summary>A number, which may be a function of symbolic lengths, as a tensor of rank 0.</summary>
    /// <exception cref="ConversionException">It can't be worked out in the graph.</exception>
    public string ScalarOf(string parameter, ScalarType type) => Argument(parameter) switch
    {
        Tracing.Recording.Argument.Integer { Value.IsConstant: false } i => new SymbolicScalars(this, builder.Lengths).Scalar(i.Value, type, parameter),
        Tracing.Recording.Argument.Number { Value.IsConstant: false } n => new SymbolicScalars(this, builder.Lengths).Scalar(n.Value, type, parameter),
        _ => Scalar(Number(parameter), type),
    };

    /// <summary>Reshapes a value, with -1 among the lengths for what is left.</summary>
    /// <exception cref="ConversionException">A length can't be worked out in the graph.</exception>
    public string Reshape(string name, IReadOnlyList<SymbolicNumber> lengths)
    {
        // A length that the same axis has already is copied (0), and one is left for the runtime to infer: the one that is hardest to write.
        const long copied = 0, inferred = -1;
        var known = builder.Lengths.DimsOf(name);
        var written = lengths.Select((l, axis) => known is not null && axis < known.Count && !l.IsConstant && l.Equals(known[axis]) ? new SymbolicNumber(copied) : l).ToList();
        var hardest = written.Where(l => !l.IsConstant).MaxBy(l => l.Affine is null);
        if (hardest is not null && !written.Any(l => l.Is(inferred)))
            written[written.IndexOf(hardest)] = new SymbolicNumber(inferred);
        if (!lengths.Any(l => l.Is(0)))
            return Op("Reshape", [name, ShapeVector(written)]);
        // An axis without elements: 0 is a length, and -1 could be anything.
        if (Opset < 14 || lengths.Any(l => l.Is(inferred)))
            throw new ConversionException("a reshape to an axis of length 0 needs opset 14, and no -1 in its shape");
        return Op("Reshape", [name, ShapeVector(lengths)], ("allowzero", 1L));
    }

    private Tracing.Recording.Argument.Module Receiver => (Tracing.Recording.Argument.Module)call.Arguments["self"];

    private string NameOf(TracedValue value)
    {
        if (value.Elements is not null && !builder.IsNamed(value))
            builder.Name(value, new SymbolicScalars(this, builder.Lengths).Tensor(value, value.Elements));
        return builder.NameOf(value);
    }

    private static ConversionException TooLarge(long value) =>
        new($"the integer {value} is beyond 2^53 and would be rounded; hand it in as a tensor");

    private static long ToInt64(double value) => value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;
}
