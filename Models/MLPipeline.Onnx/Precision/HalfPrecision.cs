using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;

namespace MLPipeline.Onnx.Precision;

/// <summary>What became of a graph's nodes in half precision.</summary>
/// <param name="HalfNodes">Nodes that compute in float16.</param>
/// <param name="Kept">Nodes that stay in float32, and why.</param>
public sealed record HalfPrecisionReport(int HalfNodes, IReadOnlyList<NodeRemark> Kept);

/// <summary>Takes a float32 graph to float16: weights are half as large, and compute is in half precision where that is safe.</summary>
/// <remarks>
/// For each node that can be in half precision (<see cref="HalfOperators"/>): x becomes the nearest float16, y = f(x) is float16. Casts stand
/// where the two precisions meet, one for each value and direction. Legal when
/// <list type="bullet">
/// <item>all its float constants keep their meaning (<see cref="HalfConstant"/>): none beyond 65504, and no lone small number that becomes
/// zero. A lone number beyond it that bounds (Min, Max, Clip) or masks (at least 1e6 in Where and Pad, at most -1e6 in Add) becomes +-65504;
/// infinities stay;</item>
/// <item>no other input of it was computed in float32: what follows a power, a mean or a sum stays in float32 up to the next product of
/// matrices or convolution, so that a variance and its epsilon never pass through float16.</item>
/// </list>
/// A type that is not known counts as not float32, and its readers stay in float32. Activations beyond 65504 become infinite: nobody knows
/// before the graph runs, so whoever converts has to compare. Body graphs stay in float32.
/// </remarks>
public static class HalfPrecision
{
    /// <summary>Converts a graph in place.</summary>
    /// <param name="graph">A valid graph.</param>
    /// <param name="keepInputsAndOutputs">Whether inputs and outputs stay float32, with casts behind and before them.</param>
    /// <returns>What is now in float16, and what is not and why.</returns>
    /// <exception cref="InvalidGraphException">The graph was not valid to begin with.</exception>
    /// <exception cref="NotSupportedException">An input or output that is to become float16 is also used inside a body graph.</exception>
    /// <exception cref="PassException">The result is not valid: a fault of this library.</exception>
    public static HalfPrecisionReport Convert(Graph graph, bool keepInputsAndOutputs = true)
    {
        ArgumentNullException.ThrowIfNull(graph);
        graph.Validate();
        var plan = HalfPlan.Of(graph);
        new HalfRewrite(graph, plan).Run();
        if (!keepInputsAndOutputs) HalfInterface.Convert(graph);
        try
        {
            graph.Validate();
        }
        catch (InvalidGraphException e)
        {
            throw new PassException(nameof(HalfPrecision), graph.Name, e.Message, e);
        }

        return new HalfPrecisionReport(plan.Nodes.Count, plan.Kept);
    }

    /// <summary>
    /// The same network with casts around each node: it computes in float32 and rounds every value to float16, as hardware with float16 does. A
    /// processor without it runs a float16 file in float32 and rounds as seldom as it can, so that this is what shows what rounding does.
    /// </summary>
    /// <param name="graph">A graph that <see cref="Convert"/> has converted; it stays as it is.</param>
    public static Graph WithRounding(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new RoundedGraph(graph).Build();
    }
}
