using MLPipeline.Training.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Training;

/// <summary>A data set where the network is: copied as bytes, once, so that each batch is gathered there.</summary>
internal sealed class OnDevice(ImageDataset data, Device device) : IDisposable
{
    /// <summary>The data set on the device.</summary>
    public ImageDataset Data { get; } = device.type == DeviceType.CPU
        ? data
        : new ImageDataset(data.Name, data.Images.to(device), data.Labels.to(device), data.ClassNames);

    /// <summary>Gives the copy back, if there is one.</summary>
    public void Dispose()
    {
        if (Data != data)
            Data.Dispose();
    }
}
