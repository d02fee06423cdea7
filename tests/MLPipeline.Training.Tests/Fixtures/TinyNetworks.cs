using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Training.Tests.Fixtures;

/// <summary>Networks for <see cref="TinyData"/>: two kinds of batch norm, and dropout.</summary>
internal static class TinyNetworks
{
    public static Sequential WithBatchNorm(int seed = 3)
    {
        manual_seed(seed);
        return Sequential(
            ("conv1", Conv2d(1, 4, 3)), ("bn1", BatchNorm2d(4)), ("relu1", ReLU()),
            ("conv2", Conv2d(4, 6, 3)), ("bn2", BatchNorm2d(6)), ("relu2", ReLU()), ("flatten", Flatten()),
            ("drop", Dropout(0.3)), ("fc1", Linear(96, 12)), ("bn3", BatchNorm1d(12)), ("relu3", ReLU()), ("fc2", Linear(12, TinyData.Classes)));
    }

    public static Dictionary<string, float[]> Weights(Module network) =>
        network.state_dict().Where(entry => entry.Value.dtype == ScalarType.Float32).ToDictionary(entry => entry.Key, entry => entry.Value.data<float>().ToArray());
}
