namespace MLPipeline.Export.Converters;

/// <summary>Elementwise activations and softmax.</summary>
internal static class Activations
{
    [Converts("Tensor.relu")]
    internal static string Relu(ConversionContext c) => c.Op("Relu", [c.Tensor("self")]);

    [Converts("Tensor.sigmoid")]
    internal static string Sigmoid(ConversionContext c) => c.Op("Sigmoid", [c.Tensor("self")]);

    [Converts("Tensor.tanh")]
    internal static string Tanh(ConversionContext c) => c.Op("Tanh", [c.Tensor("self")]);

    [Converts("Tensor.softmax", "functional.softmax")]
    internal static string Softmax(ConversionContext c) => AlongAxis(c, "Softmax");

    [Converts("Tensor.log_softmax", "functional.log_softmax")]
    internal static string LogSoftmax(ConversionContext c) => AlongAxis(c, "LogSoftmax");

    private static string AlongAxis(ConversionContext c, string op)
    {
        var input = c.FirstOf("self", "input");
        return c.Op(op, [c.Cast(c.Tensor(input), c.Value(input).Type, c.ResultType)], ("axis", c.Int("dim")));
    }
}
