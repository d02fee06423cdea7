using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Folding;

namespace MLPipeline.Onnx.Passes;

/// <summary>Lets a convolution or a pooling pad by itself what a Pad before it pads.</summary>
/// <remarks>
/// Legal when the Pad adds a constant at the borders of the spatial axes alone, by constant amounts that are not negative, nobody else reads its
/// result, the node after it has explicit pads, and pads with the same value itself:
/// <list type="bullet">
/// <item>Conv: 0.</item>
/// <item>MaxPool: minus infinity, less than anything; nobody reads its indices, which count the padded places.</item>
/// <item>AveragePool: 0, which then counts; its own padding, if any, must count too, and windows must not reach beyond the border (ceil_mode). A
/// pooling can't pad by as much as its kernel.</item>
/// </list>
/// </remarks>
internal sealed class FoldPadPass : NodePass
{
    /// <inheritdoc/>
    protected override Decision? Decide(Node node, Graph graph)
    {
        if (!node.Is("Conv") && !node.Is("MaxPool") && !node.Is("AveragePool")) return null;
        if (graph.Producer(node.Input(0)) is not { } pad || !pad.Is("Pad") || pad.Text("mode", "constant") != "constant") return null;
        if (BackwardFold.WhyShared(pad, graph) is { } shared) return new Decision.Keep(shared);
        if (Amounts(pad, graph) is not { } amounts) return new Decision.Keep($"how much {pad} pads is not known");
        if (WhyNot(node, pad, amounts, graph) is { } whyNot) return new Decision.Keep($"{pad} before it stays: {whyNot}");
        return new Decision.Rewrite($"pads what {pad} padded", () =>
        {
            var padded = node.WithInputs(node.Inputs.Skip(1).Prepend(pad.Input(0))).WithAttribute("pads", Together(node, amounts));
            // Under VALID a runtime does not look at the pads.
            if (padded.Attributes.ContainsKey("auto_pad")) padded = padded.WithAttribute("auto_pad", "NOTSET");
            graph.Nodes.Replace(node, node.Is("AveragePool") ? padded.WithAttribute("count_include_pad", 1L) : padded);
            graph.Nodes.Remove(pad);
        });
    }

    private static string? WhyNot(Node node, Node pad, long[] amounts, Graph graph)
    {
        var rank = amounts.Length / 2;
        if (rank < 3 || amounts[0] != 0 || amounts[1] != 0 || amounts[rank] != 0 || amounts[rank + 1] != 0) return "it pads other axes than the spatial ones";
        if (amounts.Any(a => a < 0)) return "it cuts off";
        if (node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID")) return $"{node} pads by itself";
        if (Value(pad, graph) is not { } value) return "what it pads with is not known";
        if (node.Is("MaxPool") ? !double.IsNegativeInfinity(value) : value != 0) return $"it pads with {value}";
        return node.Is("Conv") ? null : WhyNotPool(node, Together(node, amounts));
    }

    private static string? WhyNotPool(Node pool, long[] pads)
    {
        if (pool.Outputs.Skip(1).Any(o => o.Length > 0)) return "its indices, which are read, count the padded places";
        if (pool.Ints("kernel_shape") is not { } kernel || pads.Where((p, i) => p >= kernel[i % kernel.Count]).Any()) return "it pads as much as the kernel is long";
        if (pool.Int("ceil_mode", 0) != 0) return "windows reach beyond the border";
        var own = (pool.Ints("pads") ?? []).Any(p => p != 0);
        return pool.Is("AveragePool") && own && pool.Int("count_include_pad", 0) == 0 ? "the pooling does not count its own padding" : null;
    }

    private static long[] Together(Node node, long[] amounts)
    {
        var spatial = amounts.Length / 2 - 2;
        var own = node.Text("auto_pad", "NOTSET") == "VALID" ? null : node.Ints("pads");
        return [.. Enumerable.Range(0, 2 * spatial).Select(i => (own?[i] ?? 0) + amounts[i < spatial ? 2 + i : 4 + i])];
    }

    // Begins of all axes, then ends of all axes.
    private static long[]? Amounts(Node pad, Graph graph)
    {
        if (graph.Constant(pad.Input(1)) is not { Type: ElementType.Int64 } constant) return null;
        var given = constant.AsSpan<long>().ToArray();
        if (pad.Input(3).Length == 0) return given;
        if (KnownShape.Of(pad.Input(0), graph) is not { } shape || graph.Constant(pad.Input(3)) is not { Type: ElementType.Int64 } constantAxes) return null;
        var axes = constantAxes.AsSpan<long>();
        var amounts = new long[2 * shape.Count];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i] < 0 ? axes[i] + shape.Count : axes[i];
            (amounts[axis], amounts[axis + shape.Count]) = (given[i], given[i + axes.Length]);
        }

        return amounts;
    }

    private static double? Value(Node pad, Graph graph)
    {
        if (pad.Input(2).Length == 0) return 0;
        return graph.Constant(pad.Input(2)) is { Count: 1 } value && value.Type.IsFloatingPoint() ? value.ToDoubles()[0] : null;
    }
}
