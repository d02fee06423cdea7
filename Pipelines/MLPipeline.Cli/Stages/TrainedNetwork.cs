using MLPipeline.Training;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Stages;

/// <summary>A network that has been trained, and how that went.</summary>
/// <param name="Network">On the device it was trained on.</param>
/// <param name="Choice">Which network it is.</param>
/// <param name="Recipe">How it was trained, the scaling filled in.</param>
/// <param name="Result">What came of it.</param>
internal sealed record TrainedNetwork(nn.Module<Tensor, Tensor> Network, NetworkChoice Choice, TrainerOptions Recipe, TrainingResult Result) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
