using MLPipeline.Export.Tracing;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Finds out whether an Elman network uses tanh or relu, which lies in native code: by what it answers.</summary>
internal static class RecurrentProbe
{
    private const int Rows = 64;

    /// <summary>Whether the hidden states of one step are those of tanh: relu never gives a negative one, tanh never one above 1.</summary>
    /// <exception cref="ConversionException">No state lies where only one of the two can be.</exception>
    public static bool IsTanh(ConversionContext c, string inputWeight, Func<Tensor, Tensor> hiddenStates)
    {
        using var mode = new EvaluationMode(c.Module<nn.Module>());
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var weight = c.Module<nn.Module>().get_parameter(inputWeight)!;
        var size = weight.abs().max().item<float>();
        var inputs = randn([Rows, weight.shape[1]], generator: generator) * (size > 0 ? 100 / size : 1);
        var states = hiddenStates(inputs.to(weight.dtype).to(weight.device));
        var (tanh, relu) = ((states < 0).any().item<bool>(), (states > 1).any().item<bool>());
        return tanh != relu ? tanh : throw new ConversionException("its hidden states do not show whether it uses tanh or relu: its weights are zero, or not numbers");
    }
}
