namespace MLPipeline.Export.Tracing.Recording;

/// <summary>How a value shows a part of the memory of another: by the call that made the view.</summary>
/// <param name="Base">The value it was taken from.</param>
/// <param name="Key">The operator that took it.</param>
/// <param name="Arguments">What that operator was given, the base included.</param>
internal sealed record ViewOf(TracedValue Base, string Key, IReadOnlyDictionary<string, Argument> Arguments)
{
    private static readonly HashSet<string> Taking =
    [
        "Tensor.alias", "Tensor.detach", "Tensor.contiguous", "Tensor.cpu",
        "Tensor.view", "Tensor.reshape", "Tensor.flatten", "Tensor.unflatten", "Tensor.ravel", "Tensor.squeeze", "Tensor.unsqueeze",
        "Tensor.atleast_1d", "Tensor.atleast_2d", "Tensor.atleast_3d",
        "Tensor.transpose", "Tensor.t", "Tensor.get_mT", "Tensor.get_mH", "Tensor.adjoint", "Tensor.permute", "Tensor.movedim",
        "Tensor.select", "Tensor.slice", "Tensor.narrow", "Tensor.diagonal", "Tensor.get_TensorItems", "Tensor.index",
    ];

    private static readonly Dictionary<string, int?> Splitting = new()
    {
        ["Tensor.split"] = null,
        ["Tensor.chunk"] = null,
        ["Tensor.tensor_split"] = null,
        ["Tensor.vsplit"] = 0,
        ["Tensor.hsplit"] = 1,
        ["Tensor.dsplit"] = 2,
    };

    /// <summary>The arguments with another base, and more.</summary>
    public IReadOnlyDictionary<string, Argument> With(TracedValue other, params ReadOnlySpan<(string Name, TracedValue Value)> more)
    {
        var arguments = new Dictionary<string, Argument>(Arguments) { ["self"] = new Argument.TensorValue(other) };
        foreach (var (name, value) in more)
            arguments[name] = new Argument.TensorValue(value);
        return arguments;
    }

    /// <summary>How one result of a call shows its receiver, given that both lie in one memory; null when this operator's way is not known.</summary>
    /// <param name="key">The operator.</param>
    /// <param name="arguments">What it was given.</param>
    /// <param name="results">The shapes of all its results.</param>
    /// <param name="index">Which result.</param>
    public static ViewOf? By(string key, IReadOnlyDictionary<string, Argument> arguments, IReadOnlyList<long[]> results, int index)
    {
        if (arguments.GetValueOrDefault("self") is not Argument.TensorValue { Value: var self })
            return null;
        if (Taking.Contains(key))
            return new ViewOf(self, key, arguments);
        if (key == "Tensor.unbind")
            return new ViewOf(self, "Tensor.select", Part(arguments, AxisOf(arguments, "dimension", self), ("index", index)));
        if (!Splitting.TryGetValue(key, out var known))
            return null;
        // A part of a split is a stretch of its axis.
        var axis = key == "Tensor.hsplit" && self.Shape.Length == 1 ? 0 : known ?? AxisOf(arguments, "dim", self);
        return new ViewOf(self, "Tensor.narrow", Part(arguments, axis, ("start", results.Take(index).Sum(r => r[axis])), ("length", results[index][axis])));
    }

    /// <summary>Whether two values are parts of one base that share no element, whatever the lengths of its other axes: neighbours of a split.</summary>
    public static bool AreApart(TracedValue a, TracedValue b)
    {
        if (a.View is not { Key: "Tensor.narrow" } first || b.View is not { Key: "Tensor.narrow" } second || first.Base.Origin != second.Base.Origin)
            return false;
        return Number(first, "dim") == Number(second, "dim") && Number(first, "start") is >= 0 and var i && Number(second, "start") is >= 0 and var j
            && (i + Number(first, "length") <= j || j + Number(second, "length") <= i);
    }

    private static double Number(ViewOf view, string parameter) =>
        view.Arguments.GetValueOrDefault(parameter) is Argument.Integer { Value.IsConstant: true } number ? number.Value.Constant : double.NaN;

    private static int AxisOf(IReadOnlyDictionary<string, Argument> arguments, string parameter, TracedValue self) =>
        arguments.GetValueOrDefault(parameter) is Argument.Integer { Value.IsConstant: true } axis
            ? (int)(axis.Value.Constant < 0 ? axis.Value.Constant + self.Shape.Length : axis.Value.Constant)
            : 0;

    private static Dictionary<string, Argument> Part(IReadOnlyDictionary<string, Argument> arguments, int axis, params ReadOnlySpan<(string Name, long Value)> places)
    {
        var part = new Dictionary<string, Argument> { ["self"] = arguments["self"], ["dim"] = new Argument.Integer(new SymbolicNumber(axis)) };
        foreach (var (name, value) in places)
            part[name] = new Argument.Integer(new SymbolicNumber(value));
        return part;
    }
}
