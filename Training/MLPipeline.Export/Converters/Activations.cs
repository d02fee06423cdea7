namespace MLPipeline.Export.Converters;

/// <summary>Elementwise activations and softmax.</summary>
internal static class Activations
{
    [Converts("Tensor.relu")]
    internal static string Relu(ConversionContext c) => Promotion.IsFloat(c.ResultType)
        ? c.Result(c.Term("self").Apply("Relu"))
        : c.Result(c.Term("self").Max(c.Term("self").Number(0)));

    [Converts("Tensor.sigmoid")]
    internal static string Sigmoid(ConversionContext c) => c.Result(c.Term("self", c.ResultType).Apply("Sigmoid"));

    [Converts("Tensor.tanh")]
    internal static string Tanh(ConversionContext c) => c.Result(c.Term("self", c.ResultType).Apply("Tanh"));

    [Converts("Tensor.softmax", "functional.softmax", "special.softmax")]
    internal static string Softmax(ConversionContext c) => AlongAxis(c, "Softmax");

    [Converts("Tensor.log_softmax", "functional.log_softmax", "special.log_softmax")]
    internal static string LogSoftmax(ConversionContext c) => AlongAxis(c, "LogSoftmax");

    private static string AlongAxis(ConversionContext c, string op) =>
        c.Result(c.Term(c.FirstOf("self", "input", "x"), c.ResultType).Apply(op, ("axis", c.Int("dim"))));
}
