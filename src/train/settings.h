/** Values that a run derives from settings, which must have passed dn_settings_check. */
#ifndef DN_TRAIN_SETTINGS_H
#define DN_TRAIN_SETTINGS_H

#include "digitnet/optim.h"
#include "digitnet/settings.h"
#include "digitnet/train.h"

/** How many of count images a slice is: more than count where it asks for more. */
size_t dn_slice_count(const dn_slice *slice, size_t count);

/** Do they ask for mean images, and no net? */
bool dn_settings_are_mean(const dn_settings *settings);

/** The kind of schedule that they name. */
dn_schedule_kind dn_settings_schedule(const dn_settings *settings);

/** The augmentation that they name, times its strength. */
DN_NODISCARD dn_status dn_settings_augment(const dn_settings *settings, dn_augment *augment, dn_error *error);

/** Take architecture and classes of a net: arch, hidden and classes. */
void dn_settings_take_model(dn_settings *settings, const dn_classifier *classifier);

#define DN_SETTINGS_MAX_WIDTHS (DN_MAX_HIDDEN + 2)
/** The widths of their net, from the pixels over the hidden layers to the outputs. Hands back how many there are. */
size_t dn_settings_widths(const dn_settings *settings, size_t widths[DN_SETTINGS_MAX_WIDTHS]);

/** Write the first setting in which two differ, as a has it: "with --epochs 3", "without --limit". NULL when they are the same. */
char *dn_settings_difference(const dn_settings *a, const dn_settings *b, char text[DN_SETTINGS_TEXT_SIZE]);

#endif
